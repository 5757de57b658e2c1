"""Makes test pictures and reads pictures back, with the vips command and a plain PPM in between."""
from __future__ import annotations

import dataclasses
import pathlib
import subprocess
import tempfile

Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


@dataclasses.dataclass(frozen=True)
class Picture:
    """8-bit RGB, row by row."""
    width: int
    height: int
    data: bytes

    def at(self, x: int, y: int) -> Colour:
        place = (y * self.width + x) * 3
        return self.data[place], self.data[place + 1], self.data[place + 2]


def convert(source: pathlib.Path, target: str) -> None:
    """@target may carry vips options: `a.jpg[Q=90]`."""
    subprocess.run(['vips', 'copy', str(source), target], check=True, stdout=subprocess.DEVNULL)


def draw(path: pathlib.Path, width: int, height: int, colour: Colour | None = None, options: str = '') -> None:
    """A picture of one colour, or of four: red, green over blue, white, each a quarter."""
    def row(left: Colour, right: Colour) -> bytes:
        return bytes(left) * (width // 2) + bytes(right) * (width - width // 2)

    top = row(colour or RED, colour or GREEN) * (height // 2)
    bottom = row(colour or BLUE, colour or WHITE) * (height - height // 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_suffix('.ppm')
    plain.write_bytes(f'P6\n{width} {height}\n255\n'.encode() + top + bottom)
    if plain != path:
        convert(plain, f'{path}{options}')
        plain.unlink()


def film(path: pathlib.Path, source: str = 'testsrc=size=160x120:rate=5:duration=2') -> None:
    """A video of the frames ffmpeg's @source makes."""
    subprocess.run(['ffmpeg', '-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source, '-c:v', 'mpeg4', str(path)],
                   check=True)


def pixels(encoded: bytes) -> Picture:
    """Decodes a JPEG, PNG, WebP, AVIF, GIF or TIFF body; transparent pixels come on black."""
    with tempfile.TemporaryDirectory() as folder:
        source, plain = pathlib.Path(folder, 'picture'), pathlib.Path(folder, 'plain.ppm')
        source.write_bytes(encoded)
        convert(source, str(plain))
        return read_ppm(plain.read_bytes())


def read_ppm(data: bytes) -> Picture:
    fields: list[bytes] = []
    at = 0
    while len(fields) < 4:
        line_end = data.index(b'\n', at)
        fields += data[at:line_end].partition(b'#')[0].split()
        at = line_end + 1
    kind, width, height, most = fields[0], int(fields[1]), int(fields[2]), int(fields[3])
    body = data[at:]
    if kind == b'P5':
        body = bytes(value for value in body for _ in range(3))
    if most != 255 or len(body) != width * height * 3:
        raise ValueError(f'not a PPM of 8 bits: {fields}')
    return Picture(width, height, body)


def close_to(found: Colour, wanted: Colour, most: int = 8) -> bool:
    """Whether two colours differ by what lossy compression may change."""
    return all(abs(one - other) <= most for one, other in zip(found, wanted))
