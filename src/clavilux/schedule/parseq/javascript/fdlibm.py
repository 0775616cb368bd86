"""fdlibm: elementary functions to the browser's last bit, over whole columns.

A prompt may print a sine with all its digits, and a rounding may fall between two
neighbouring numbers; so the last bit matters. Browsers compute these functions with
fdlibm's polynomials, whose results differ from those of numpy and C in a few per cent
of cases by one unit in the last place.

Columns or numbers in, the same shape out; NaN and infinities as in JavaScript.

Source:
    fdlibm 5.3 and FreeBSD's msun, after V8's use of them: argument reductions,
    coefficients and orders of operation are theirs; the branches are taken here by
    masks. Sines beyond 800,000 fall back to numpy.

    Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at
    SunSoft, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
    distribute this software is freely granted, provided that this notice is preserved.
"""

from clavilux.schedule.parseq.javascript.fdlibm_angles import acos as acos
from clavilux.schedule.parseq.javascript.fdlibm_angles import asin as asin
from clavilux.schedule.parseq.javascript.fdlibm_angles import atan as atan
from clavilux.schedule.parseq.javascript.fdlibm_angles import cos as cos
from clavilux.schedule.parseq.javascript.fdlibm_angles import sin as sin
from clavilux.schedule.parseq.javascript.fdlibm_angles import tan as tan
from clavilux.schedule.parseq.javascript.fdlibm_pow import pow as pow
from clavilux.schedule.parseq.javascript.fdlibm_powers import acosh as acosh
from clavilux.schedule.parseq.javascript.fdlibm_powers import asinh as asinh
from clavilux.schedule.parseq.javascript.fdlibm_powers import atanh as atanh
from clavilux.schedule.parseq.javascript.fdlibm_powers import cbrt as cbrt
from clavilux.schedule.parseq.javascript.fdlibm_powers import cosh as cosh
from clavilux.schedule.parseq.javascript.fdlibm_powers import exp as exp
from clavilux.schedule.parseq.javascript.fdlibm_powers import expm1 as expm1
from clavilux.schedule.parseq.javascript.fdlibm_powers import log as log
from clavilux.schedule.parseq.javascript.fdlibm_powers import log1p as log1p
from clavilux.schedule.parseq.javascript.fdlibm_powers import log2 as log2
from clavilux.schedule.parseq.javascript.fdlibm_powers import log10 as log10
from clavilux.schedule.parseq.javascript.fdlibm_powers import sinh as sinh
from clavilux.schedule.parseq.javascript.fdlibm_powers import tanh as tanh
