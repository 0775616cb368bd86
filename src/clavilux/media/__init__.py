"""Media: sound and film as block streams. Only this room touches media files.

Reading
    ``probe(path) -> MediaInfo``
    ``open_sound(path, *, sample_rate=None, mono=False) -> Sound``
    ``open_film(path, *, pixels="yuv"|"rgb"|"luma", size=None|Size|longer side, threads=0) -> Film``
    ``steady(film, frame_rate) -> Film``: constant frame rate
    ``open_picture(path) -> Rgb``: a still picture

Sound from sound
    ``resample(sound, sample_rate)``, ``mono(sound)``, ``cut(sound, start_s, duration_s=None)``,
    ``fit(sound, n_samples)``, ``mix([(sound, gain), …])``; ``BlockReader(sound).read(n)``

Writing
    ``write_sound(sound, path, *, bit_depth=16, progress=silent)``
    ``write_film(frames, path, *, frame_rate, size, sound=None, quality=18, preset="smooth",
    threads=1, codec=None, transparent=False, progress=silent, n_frames=None) -> int``
    ``FilmWriter(path, *, …)``, as `write_film`: a context manager with ``write(picture)``
    ``film_kind(target)``, ``holds_sound(target)``, ``check_sound_target(target)``,
    ``check_film_target(target)``: what a name asks for, or why it cannot be written, beforehand

    ``rescore(film, sound, target, *, duration_s, progress=silent)``: another sound, same pictures

Resumable films
    ``SegmentWriter(path, *, target, frame_rate, size, quality=18, preset="smooth", threads=1,
    codec=None, transparent=False)``: a context manager with ``write(picture)``; the file is
    complete or absent
    ``segment_frames(path) -> int``
    ``join_segments(segments, target, *, frame_rate, size, sound=None, quality=18,
    preset="smooth", threads=1, codec=None, transparent=False, progress=silent) -> int``
"""

from clavilux.media.codecs import CODECS as CODECS
from clavilux.media.codecs import DEFAULT_PRESET as DEFAULT_PRESET
from clavilux.media.containers import READABLE_FILM_SUFFIXES as READABLE_FILM_SUFFIXES
from clavilux.media.encoding import FILM_SUFFIXES as FILM_SUFFIXES
from clavilux.media.encoding import SOUND_SUFFIXES as SOUND_SUFFIXES
from clavilux.media.encoding import Encoding as Encoding
from clavilux.media.encoding import codec_of as codec_of
from clavilux.media.encoding import encoding_for as encoding_for
from clavilux.media.encoding import film_kind as film_kind
from clavilux.media.encoding import holds_sound as holds_sound
from clavilux.media.film import open_film as open_film
from clavilux.media.film import steady as steady
from clavilux.media.film_writer import FilmWriter as FilmWriter
from clavilux.media.film_writer import write_film as write_film
from clavilux.media.outputs import check_film_target as check_film_target
from clavilux.media.probe import MediaInfo as MediaInfo
from clavilux.media.probe import probe as probe
from clavilux.media.rescore import rescore as rescore
from clavilux.media.segments import SegmentWriter as SegmentWriter
from clavilux.media.segments import join_segments as join_segments
from clavilux.media.segments import segment_frames as segment_frames
from clavilux.media.sound import open_sound as open_sound
from clavilux.media.sound_writer import check_sound_target as check_sound_target
from clavilux.media.sound_writer import write_sound as write_sound
from clavilux.media.stills import open_picture as open_picture
from clavilux.media.waveforms import BlockReader as BlockReader
from clavilux.media.waveforms import cut as cut
from clavilux.media.waveforms import delay as delay
from clavilux.media.waveforms import fit as fit
from clavilux.media.waveforms import length_s as length_s
from clavilux.media.waveforms import mix as mix
from clavilux.media.waveforms import mono as mono
from clavilux.media.waveforms import resample as resample
