"""Commitments to amounts, checked by code of our own: the group Ristretto255 (RFC 9496) in plain Python, slow and short.

A commitment to v is v·G + r·H for an r that only its maker knows. A total T over commitments is proved by knowledge of
the r of their sum: R ‖ z with z·H = R + c·(sum − T·G), where c is a hash over everything that the figure says.
"""

import functools
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, -1, P) % P
ZERO = (0, 1, 1, 0)
# What nobody knows a logarithm of: the point to which this text's hash leads.
H_TEXT = b"chancery/1/amount: the second generator H, of which nobody knows the logarithm to the base G"


def even(number):
    """The one of a number and its negative that is even."""
    return number if number % 2 == 0 else P - number


def root_of_ratio(over, under):
    """Whether over/under is a square, and a root of it, or else of it times the root of minus one; even."""
    root = over * pow(under, 3, P) * pow(over * pow(under, 7, P), (P - 5) // 8, P) % P
    check = under * root * root % P
    if check in (-over % P, -over * ROOT_OF_MINUS_ONE % P):
        root = root * ROOT_OF_MINUS_ONE % P
    return check in (over % P, -over % P), even(root)


def root_of(number):
    square, root = root_of_ratio(number, 1)
    assert square
    return root


# The odd one, as section 4.1 writes it down.
ROOT_OF_AD_MINUS_ONE = P - root_of((-D - 1) % P)


@functools.lru_cache(maxsize=100_000)
def point(encoded):
    """The point that 32 bytes are the only encoding of (section 4.3.1)."""
    s = int.from_bytes(encoded, "little")
    assert len(encoded) == 32 and s < P and s % 2 == 0, "not canonical"
    first, second = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * first * first - second * second) % P
    square, inverse = root_of_ratio(1, v * second * second % P)
    x = even(2 * s * inverse * second % P)
    y = first * inverse * inverse * second * v % P
    assert square and x * y % P % 2 == 0 and y, "not a point"
    return x, y, 1, x * y % P


def plus(one, other):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * D * t1 * t2, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar, base):
    result, scalar = ZERO, scalar % ORDER
    while scalar:
        if scalar & 1:
            result = plus(result, base)
        base, scalar = plus(base, base), scalar >> 1
    return result


def same(one, other):
    """Whether two points are one element of the group (section 4.3.3)."""
    (x1, y1, _, _), (x2, y2, _, _) = one, other
    return (x1 * y2 - y1 * x2) % P == 0 or (y1 * y2 - x1 * x2) % P == 0


def mapped(half):
    """The point to which 32 bytes of a hash lead (section 4.3.4)."""
    t = int.from_bytes(half, "little") % 2**255 % P
    r = ROOT_OF_MINUS_ONE * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    square, s = root_of_ratio(u, v)
    c = P - 1
    if not square:
        s, c = P - even(s * t % P), r
    n = (c * (r - 1) * (D - 1) ** 2 - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * ROOT_OF_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


def base_point():
    square, x = root_of_ratio((BASE_Y**2 - 1) % P, (D * BASE_Y**2 + 1) % P)
    assert square
    return x, BASE_Y, 1, x * BASE_Y % P


G = base_point()
HASHED = hashlib.sha512(H_TEXT).digest()
H = plus(mapped(HASHED[:32]), mapped(HASHED[32:]))


def total_holds(network, publication, cutoff, encoded_sum, total, proof):
    """Whether a proof shows that a sum of commitments hides exactly this total."""
    nonce, z = proof[:32], int.from_bytes(proof[32:], "little")
    said = [b"chancery/1/total-proof", network, len(publication).to_bytes(8, "big"), publication]
    said += [cutoff.to_bytes(8, "big"), encoded_sum, total.to_bytes(16, "big", signed=True), nonce]
    challenge = int.from_bytes(hashlib.sha512(b"".join(said)).digest(), "little") % ORDER
    hidden = plus(point(encoded_sum), times(-total, G))
    return len(proof) == 64 and z < ORDER and same(times(z, H), plus(point(nonce), times(challenge, hidden)))
