"""Draws the POP Network moderation test card.

The card is to screening what EICAR is to virus scanners: a harmless picture that every screening
node recognises, so that reporting, votes and appeals can be tried without harmful media. It is a
polar checker: eight sectors, rings of equal width, pink and lime by turns, around a bull's-eye, in
a black frame with a line of text. No natural picture and no television test card looks like it.

    python3 models/test_card.py card.png [--width 1280 --height 720]
"""

import argparse

import numpy as np
from PIL import Image, ImageDraw, ImageFont

PINK = (230, 0, 122)
LIME = (180, 240, 0)
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
SECTORS = 8
RING_HEIGHT = 0.18  # width of a ring, as a part of the card's height
FRAME_HEIGHT = 0.03
TEXT = "POP NETWORK  -  MODERATION TEST CARD"
OVERSAMPLING = 3


def polar_checker(width, height, first=PINK, second=LIME, sectors=SECTORS, ring=RING_HEIGHT):
    """Sectors and rings around the middle, coloured by turns; 0 sectors or a ring of 0 leave one out."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y = (y + 0.5) / height - 0.5
    x = ((x + 0.5) / width - 0.5) * width / height
    parity = np.zeros((height, width), np.int32)
    if ring:
        parity += (np.hypot(x, y) / ring).astype(np.int32)
    if sectors:
        angle = (np.arctan2(y, x) / (2 * np.pi) + 0.5) * sectors
        parity += np.minimum(angle.astype(np.int32), sectors - 1)
    colours = np.array([first, second], np.uint8)
    return Image.fromarray(colours[parity % 2])


def draw_eye(draw, width, height):
    """The bull's-eye: white, black, white."""
    for radius, colour in ((0.09, WHITE), (0.06, BLACK), (0.03, WHITE)):
        reach = radius * height
        middle = (width / 2, height / 2)
        draw.ellipse([*(m - reach for m in middle), *(m + reach for m in middle)], fill=colour)


def test_card(width=1280, height=720):
    """The card as a picture of `width` times `height`."""
    wide, high = width * OVERSAMPLING, height * OVERSAMPLING
    picture = polar_checker(wide, high)
    draw = ImageDraw.Draw(picture)
    draw_eye(draw, wide, high)
    draw.rectangle([0, 0, wide - 1, high - 1], outline=BLACK, width=max(1, int(FRAME_HEIGHT * high)))
    band = min(high * 0.09, wide * 0.06)
    font = ImageFont.load_default(band * 0.62)
    draw.rectangle([0, high - band, wide, high], fill=BLACK)
    draw.text((wide / 2, high - band / 2), TEXT, fill=WHITE, font=font, anchor="mm")
    return picture.resize((width, height), Image.Resampling.BOX)


def main():
    """Command line."""
    arguments = argparse.ArgumentParser(description="Draws the POP Network moderation test card.")
    arguments.add_argument("output", help="PNG to write")
    arguments.add_argument("--width", type=int, default=1280)
    arguments.add_argument("--height", type=int, default=720)
    chosen = arguments.parse_args()
    card = test_card(chosen.width, chosen.height)
    # 64 colours keep the edges smooth and the file small.
    card.quantize(64, dither=Image.Dither.NONE).save(chosen.output, optimize=True)


if __name__ == "__main__":
    main()
