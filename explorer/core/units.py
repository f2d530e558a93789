"""Numbers as people read them: three significant digits, units, real minus signs."""

from __future__ import annotations

import math

TIMES = "×"
MINUS = "\u2212"


def significant(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, without trailing zeros after the point.

    >>> significant(4.7344), significant(0.000123456), significant(-12345.6)
    ('4.73', '0.000123', '−12,300')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude >= 9 or magnitude < -5:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        decimals = digits - 1 - magnitude
        rounded = round(value, decimals)
        text = f"{rounded:,.{max(0, decimals)}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def count(value: float) -> str:
    """Return a large count with its SI letter: ``376 k``, ``73.7 M``, ``1.59 G``; small ones exactly.

    >>> count(999), count(376_012), count(73_700_000), count(1_000_000)
    ('999', '376 k', '73.7 M', '1.00 M')
    """
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        # 999,600 is 1.00 M, not 1000 k.
        if value >= limit * 0.9995 and value >= 1000:
            scaled = value / limit
            return f"{scaled:.{max(0, 2 - math.floor(math.log10(scaled) + 1e-9))}f} {letter}"
    return f"{int(value):,}"


def percent(fraction: float) -> str:
    """Return a fraction as percent: ``83.1 %``; what rounds to 0 but is not 0 says so."""
    if 0 < fraction < 0.0005:
        return "< 0.1 %"
    return f"{100 * fraction:.1f} %"


def milliseconds(value_ms: float) -> str:
    """Return a time in ms or s."""
    return f"{significant(value_ms)} ms" if value_ms < 1000 else f"{significant(value_ms / 1000)} s"


def shape(dimensions: tuple[int, ...]) -> str:
    """Return ``512 × 14 × 14``."""
    return f" {TIMES} ".join(f"{dimension:,}" for dimension in dimensions)


def megabytes(size_bytes: float) -> str:
    """Return a file size: ``52.1 MB``."""
    return f"{significant(size_bytes / 1e6)} MB"
