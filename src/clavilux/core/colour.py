"""Colour: between sRGB, OKLCH and the YUV of video.

Conventions
-----------
- sRGB values are floats in [0, 1], last axis 3, unless said to be uint8.
- OKLCH is lightness 0 to 1, chroma from 0 (grey) to about 0.37, hue in degrees.
- YUV is BT.709 limited range: Y in 16 to 235, U and V in 16 to 240 around 128.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LMS_OF_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_OF_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_RGB_OF_LMS = np.linalg.inv(_LMS_OF_RGB)
_LMS_OF_LAB = np.linalg.inv(_LAB_OF_LMS)


def oklab_from_srgb(rgb: ArrayLike) -> NDArray[np.float64]:
    """Turn sRGB (…, 3) into OKLab (…, 3): lightness, green-red, blue-yellow.

    Source:
        B. Ottosson, "A perceptual color space for image processing", 2020.
    """
    value = np.asarray(rgb, dtype=np.float64)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _LMS_OF_RGB.T) @ _LAB_OF_LMS.T, dtype=np.float64)


def srgb_from_oklab(lab: ArrayLike) -> NDArray[np.float64]:
    """Turn OKLab (…, 3) into sRGB (…, 3); what no screen can show is clipped."""
    linear = (np.asarray(lab, dtype=np.float64) @ _LMS_OF_LAB.T) ** 3 @ _RGB_OF_LMS.T
    linear = np.clip(linear, 0.0, 1.0)
    low, high = linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    return np.clip(np.where(linear <= 0.0031308, low, high), 0.0, 1.0)


def srgb_from_oklch(lch: ArrayLike) -> NDArray[np.float64]:
    """Turn OKLCH (…, 3) into sRGB (…, 3).

    Colours outside sRGB lose chroma until they fit; lightness and hue stay.
    """
    value = np.asarray(lch, dtype=np.float64)
    lightness, hue = value[..., 0], np.radians(value[..., 2])
    low, high = np.zeros_like(lightness), value[..., 1].copy()
    chroma = high.copy()
    for _ in range(12):
        lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
        linear = (lab @ _LMS_OF_LAB.T) ** 3 @ _RGB_OF_LMS.T
        fits = np.all((linear >= -1e-4) & (linear <= 1 + 1e-4), axis=-1)
        low, high = np.where(fits, chroma, low), np.where(fits, high, chroma)
        chroma = np.where(fits & (chroma >= value[..., 1]), chroma, (low + high) / 2)
    lab = np.stack([lightness, low * np.cos(hue), low * np.sin(hue)], axis=-1)
    return srgb_from_oklab(lab)


def oklch_from_srgb(rgb: ArrayLike) -> NDArray[np.float64]:
    """Turn sRGB (…, 3) into OKLCH (…, 3)."""
    lab = oklab_from_srgb(rgb)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    return np.stack([lab[..., 0], chroma, hue], axis=-1)


def yuv_from_srgb(rgb: ArrayLike) -> NDArray[np.float64]:
    """Turn sRGB (…, 3) into Y, U, V (…, 3) on the 8-bit scale of BT.709 limited range."""
    r, g, b = np.moveaxis(np.asarray(rgb, dtype=np.float64), -1, 0)
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return np.stack(
        [16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748], axis=-1
    )


def srgb_from_yuv(yuv: ArrayLike) -> NDArray[np.float64]:
    """Turn Y, U, V (…, 3) on the 8-bit scale of BT.709 limited range into sRGB (…, 3)."""
    y, u, v = np.moveaxis(np.asarray(yuv, dtype=np.float64), -1, 0)
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    r, b = y + 1.5748 * v, y + 1.8556 * u
    g = (y - 0.2126 * r - 0.0722 * b) / 0.7152
    rgb: NDArray[np.float64] = np.clip(np.stack([r, g, b], axis=-1), 0.0, 1.0)
    return rgb
