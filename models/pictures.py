"""Pictures to train and to measure with: cards after every kind of change, and all sorts of others.

Everything is drawn from a `numpy.random.Generator`, so a seed names a whole set. Pictures are drawn
at the size of a small video, changed there, and then squeezed to the model's input, as the screener
does it.
"""

import colorsys
import io

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from test_card import LIME, PINK, draw_eye, polar_checker, test_card

SIDE = 96  # the model's input
SHAPES = [(320, 180)] * 5 + [(426, 240), (240, 180), (320, 136), (200, 200), (180, 320)]
FILTERS = [Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC]
CARDS = [test_card(640, 360)] * 4 + [test_card(w, h) for w, h in ((480, 360), (400, 400), (760, 320))]

CHANGES = ["size", "crop", "jpeg", "light", "overlay", "aspect", "mirror", "blur and noise", "everything"]


def colour(rng):
    """Any colour, saturated ones more often."""
    if rng.random() < 0.5:
        return tuple(int(255 * c) for c in colorsys.hsv_to_rgb(rng.random(), 1, 1))
    return tuple(int(c) for c in rng.integers(0, 256, 3))


def card_colour(rng):
    """One of the card's colours, or any other one."""
    return [PINK, LIME, colour(rng)][rng.integers(0, 3)]


def canvas(rng):
    """Width and height of a picture."""
    return SHAPES[rng.integers(0, len(SHAPES))]


# --- pictures that are not the card ------------------------------------------------------------


def smooth_field(rng, size, cells=None):
    """Colours that flow into each other, with some grain: the coarse look of a photograph."""
    width, height = size
    cells = cells or int(rng.integers(2, 24))
    coarse = rng.integers(0, 256, (cells, cells, 3)).astype(np.uint8)
    if rng.random() < 0.6:
        grey = coarse.mean(axis=2, keepdims=True)
        coarse = (grey + (coarse - grey) * rng.uniform(0.1, 0.6)).astype(np.uint8)
    picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    if rng.random() < 0.5:
        fine = Image.fromarray(rng.integers(0, 256, (height // 4, width // 4, 3)).astype(np.uint8))
        picture = Image.blend(picture, fine.resize(size, Image.Resampling.BICUBIC), rng.uniform(0.05, 0.3))
    return picture


def gradient(rng, size):
    """One colour turning into another."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    angle = rng.uniform(0, 2 * np.pi)
    part = np.cos(angle) * x / width + np.sin(angle) * y / height
    part = ((part - part.min()) / max(np.ptp(part), 1e-6))[..., None]
    mixed = np.array(card_colour(rng)) * part + np.array(card_colour(rng)) * (1 - part)
    return Image.fromarray(mixed.astype(np.uint8))


def noise(rng, size):
    """Grains of any size."""
    width, height = size
    grain = int(rng.integers(1, 24))
    small = rng.integers(0, 256, (max(1, height // grain), max(1, width // grain), 3)).astype(np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.NEAREST)


def plain(rng, size):
    """One colour."""
    return Image.new("RGB", size, card_colour(rng))


def colour_bars(rng, size):
    """Bars as in television test cards, with a second row at times."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    width, height = size
    bars = int(rng.integers(2, 13))
    standard = [(255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255)]
    chosen = [standard[i % 7] if rng.random() < 0.6 else card_colour(rng) for i in range(bars)]
    for row, (top, bottom) in enumerate(((0, 0.7), (0.7, 0.78), (0.78, 1))):
        for i in range(bars):
            shade = chosen[i] if row == 0 or rng.random() < 0.3 else chosen[-1 - i]
            draw.rectangle([i * width / bars, top * height, (i + 1) * width / bars, bottom * height], fill=shade)
    return picture


def checker(rng, size):
    """A chessboard, straight or turned."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.choice([0, np.pi / 4, rng.uniform(0, np.pi)])
    u, v = x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)
    cell = height / rng.uniform(2, 14)
    parity = (np.floor(u / cell) + np.floor(v / cell)).astype(int) % 2
    return Image.fromarray(np.array([card_colour(rng), card_colour(rng)], np.uint8)[parity])


def stripes(rng, size):
    """Parallel stripes of two to five colours."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
    colours = int(rng.integers(2, 6))
    index = np.floor((x * np.cos(angle) + y * np.sin(angle)) / (height / rng.uniform(2, 20))).astype(int) % colours
    return Image.fromarray(np.array([card_colour(rng) for _ in range(colours)], np.uint8)[index])


def rings(rng, size):
    """Rings around one or two middles."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    index = np.zeros((height, width), int)
    colours = int(rng.integers(2, 5))
    for _ in range(rng.integers(1, 3)):
        middle = rng.uniform(0, width), rng.uniform(0, height)
        index += (np.hypot(x - middle[0], y - middle[1]) / (height * rng.uniform(0.05, 0.3))).astype(int)
    return Image.fromarray(np.array([card_colour(rng) for _ in range(colours)], np.uint8)[index % colours])


def shapes(rng, size):
    """Rectangles, ellipses, lines and slices of pies."""
    picture = [smooth_field, plain, gradient][rng.integers(0, 3)](rng, size)
    draw = ImageDraw.Draw(picture)
    for _ in range(rng.integers(2, 30)):
        left, top = rng.uniform(-0.2, 0.9) * size[0], rng.uniform(-0.2, 0.9) * size[1]
        box = [left, top, left + rng.uniform(0.05, 0.6) * size[0], top + rng.uniform(0.05, 0.6) * size[1]]
        kind = rng.integers(0, 4)
        if kind == 0:
            draw.rectangle(box, fill=card_colour(rng))
        elif kind == 1:
            draw.ellipse(box, fill=card_colour(rng))
        elif kind == 2:
            draw.line(box, fill=card_colour(rng), width=int(rng.integers(1, 12)))
        else:
            start = rng.uniform(0, 360)
            draw.pieslice(box, start, start + rng.uniform(20, 300), fill=card_colour(rng))
    return picture


def text(rng, size):
    """Lines of writing, the card's own line among them."""
    picture = [plain, gradient, smooth_field][rng.integers(0, 3)](rng, size)
    write(rng, picture, int(rng.integers(1, 14)))
    return picture


def write(rng, picture, lines):
    """Writes lines of letters on a picture."""
    draw = ImageDraw.Draw(picture)
    for _ in range(lines):
        letters = "".join(chr(c) for c in rng.integers(65, 91, rng.integers(3, 30)))
        words = "POP NETWORK MODERATION TEST CARD" if rng.random() < 0.15 else letters
        place = rng.uniform(-0.1, 0.7) * picture.width, rng.uniform(0, 0.95) * picture.height
        draw.text(place, words, fill=colour(rng), font=FONTS[rng.integers(0, len(FONTS))])


FONTS = [ImageFont.load_default(points) for points in (10, 14, 20, 32, 48)]


def fractal(rng, size):
    """A part of the Mandelbrot set, in bands of colours."""
    width, height = size[0] // 2, size[1] // 2
    zoom, middle = 10 ** rng.uniform(-2.5, 0.2), [(-0.743, 0.131), (-0.16, 1.04), (-1.25, 0.02), (-0.5, 0)][rng.integers(0, 4)]
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j]
    point = (middle[0] + zoom * x) + 1j * (middle[1] + zoom * y)
    value, steps = np.zeros_like(point), np.zeros(point.shape, int)
    for _ in range(40):
        inside = np.abs(value) < 2
        value = np.where(inside, value * value + point, value)
        steps += inside
    palette = rng.integers(0, 256, (41, 3)).astype(np.uint8)
    return Image.fromarray(palette[steps]).resize(size, Image.Resampling.BILINEAR)


def unlike_card(rng):
    """Two colours that are not the card's two: at least one hue is far off, or there is none."""
    while True:
        pair = [colour(rng), colour(rng)]
        if rng.random() < 0.3:
            pair[rng.integers(0, 2)] = [PINK, LIME][rng.integers(0, 2)]
        if all(differs(pair, wanted) for wanted in ((PINK, LIME), (LIME, PINK))):
            return pair


def differs(pair, wanted):
    """Whether one of two colours is at least 60 degrees of hue away from the wanted one, or pale."""
    for have, want in zip(pair, wanted):
        hue, saturation, value = colorsys.rgb_to_hsv(*(c / 255 for c in have))
        away = abs(hue - colorsys.rgb_to_hsv(*(c / 255 for c in want))[0])
        if min(away, 1 - away) > 1 / 6 or saturation < 0.3 or value < 0.25:
            return True
    return False


def near_miss_colours(rng, size):
    """The card's layout in other colours, bull's-eye included."""
    picture = polar_checker(*size, *unlike_card(rng))
    draw_eye(ImageDraw.Draw(picture), *size)
    return place_card(rng, picture, *random_place(rng, 0.4)) if rng.random() < 0.6 else picture


def near_miss_layout(rng, size):
    """The card's colours in another layout: no sectors, no rings, far too many, or a plain board."""
    layout = rng.integers(0, 6)
    pair = (PINK, LIME) if rng.random() < 0.5 else (LIME, PINK)
    if layout == 0:
        picture = polar_checker(*size, *pair, sectors=0, ring=rng.uniform(0.06, 0.25))
    elif layout == 1:
        picture = polar_checker(*size, *pair, sectors=int(rng.choice([2, 4, 8, 16])), ring=0)
    elif layout == 2:
        picture = polar_checker(*size, *pair, sectors=int(rng.choice([24, 32])), ring=rng.uniform(0.04, 0.07))
    elif layout == 3:
        picture = polar_checker(*size, *pair, sectors=2, ring=0.18)
    else:
        picture = two_colours(rng, size, pair, layout == 4)
    if rng.random() < 0.6:
        draw_eye(ImageDraw.Draw(picture), *size)
    return place_card(rng, picture, *random_place(rng, 0.4)) if rng.random() < 0.5 else picture


def two_colours(rng, size, pair, board):
    """A board, or stripes, in two colours."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    cell = size[1] / rng.uniform(2, 10)
    parity = (x // cell).astype(int) + ((y // cell).astype(int) if board else 0)
    return Image.fromarray(np.array(pair, np.uint8)[parity % 2])


NEGATIVES = {
    "smooth fields": smooth_field,
    "gradients": gradient,
    "noise": noise,
    "plain": plain,
    "colour bars": colour_bars,
    "checkers": checker,
    "stripes": stripes,
    "rings": rings,
    "shapes": shapes,
    "text": text,
    "fractals": fractal,
    "near misses: colours": near_miss_colours,
    "near misses: layout": near_miss_layout,
}


# --- what happens to pictures -------------------------------------------------------------------


def place_card(rng, card, picture, box):
    """Puts a card into a picture; `box` is left, top, width, height as parts of the picture."""
    size = max(1, round(box[2] * picture.width)), max(1, round(box[3] * picture.height))
    scaled = card.resize(size, FILTERS[rng.integers(0, 3)])
    picture.paste(scaled, (round(box[0] * picture.width), round(box[1] * picture.height)))
    return picture


def random_place(rng, least, background=None):
    """A picture, and a box wholly inside it of at least the part `least` of each side."""
    size = canvas(rng)
    picture = background(rng, size) if background else any_negative(rng, size)
    wide, high = rng.uniform(least, 1, 2) if rng.random() < 0.4 else [rng.uniform(least, 1)] * 2
    return picture, (rng.uniform(0, 1 - wide), rng.uniform(0, 1 - high), wide, high)


def any_negative(rng, size):
    """A background for a card."""
    kinds = [smooth_field, gradient, noise, plain, plain, shapes, text, colour_bars, stripes, checker]
    return kinds[rng.integers(0, len(kinds))](rng, size)


def cropped_box(rng, visible_least, side_least):
    """A box that leaves the picture, of whose area at least `visible_least` stays, as does `side_least` of each side."""
    while True:
        wide, high = rng.uniform(side_least, 1.6, 2) if rng.random() < 0.4 else [rng.uniform(side_least, 1.6)] * 2
        left, top = rng.uniform(-0.6, 1, 2)
        seen_wide = min(1, left + wide) - max(0, left)
        seen_high = min(1, top + high) - max(0, top)
        if seen_wide < side_least or seen_high < side_least:
            continue
        visible = seen_wide * seen_high / (wide * high)
        if visible_least <= visible < 0.999:
            return left, top, wide, high


def overlay(rng, picture, box, most):
    """Covers up to the part `most` of a card with boxes, discs and writing."""
    draw = ImageDraw.Draw(picture)
    pieces = int(rng.integers(1, 4))
    for _ in range(pieces):
        share = most / pieces * rng.uniform(0.4, 1)
        wide = np.sqrt(share) * rng.uniform(0.6, 1.6)
        high = share / wide
        left = box[0] + box[2] * rng.uniform(0, 1 - min(wide, 1))
        top = box[1] + box[3] * rng.uniform(0, 1 - min(high, 1))
        corners = [left * picture.width, top * picture.height, (left + wide * box[2]) * picture.width, (top + high * box[3]) * picture.height]
        (draw.rectangle if rng.random() < 0.6 else draw.ellipse)(corners, fill=colour(rng))
    if rng.random() < 0.7:
        write(rng, picture, int(rng.integers(1, 3)))


def light(rng, picture):
    """Brightness 60 to 140 %, contrast 60 to 150 %, saturation 60 to 140 %."""
    picture = ImageEnhance.Brightness(picture).enhance(rng.uniform(0.6, 1.4))
    picture = ImageEnhance.Contrast(picture).enhance(rng.uniform(0.6, 1.5))
    return ImageEnhance.Color(picture).enhance(rng.uniform(0.6, 1.4))


def jpeg(rng, picture, worst=10):
    """Through JPEG at a quality of `worst` to 90."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(worst, 91)))
    return Image.open(buffer).convert("RGB")


def blur_and_noise(rng, picture):
    """A blur of up to 0.8 % of the width, and grain of up to 20 levels."""
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.008) * picture.width))
    grain = rng.normal(0, rng.uniform(0, 20), (picture.height, picture.width, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def wear(rng, picture, chance):
    """Each change that suits any picture, with a chance."""
    if rng.random() < chance:
        picture = light(rng, picture)
    if rng.random() < chance:
        picture = blur_and_noise(rng, picture)
    if rng.random() < chance:
        picture = jpeg(rng, picture)
    return picture


def squeeze(rng, picture):
    """To the model's input, without regard to the aspect, as the screener does it."""
    return np.asarray(picture.resize((SIDE, SIDE), FILTERS[rng.integers(0, 3)]))


def card_picture(rng, change, background=None, slack=0.0):
    """A picture with the card after one kind of change; `slack` goes beyond the promised ranges."""
    card = CARDS[0] if change != "aspect" else CARDS[rng.integers(4, len(CARDS))]
    everything = change == "everything"
    if everything:
        card = CARDS[rng.integers(0, len(CARDS))]
    least = 0.4 - slack
    if change in ("jpeg", "light", "blur and noise", "overlay", "mirror") and rng.random() < 0.3:
        least = 0.99
    picture, box = random_place(rng, least, background)
    if change == "crop" or (everything and rng.random() < 0.5):
        box = cropped_box(rng, 0.6 - slack, least)
    if change == "mirror" or (everything and rng.random() < 0.2):
        card = card.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = place_card(rng, card, picture, box)
    if change == "overlay" or (everything and rng.random() < 0.5):
        overlay(rng, picture, box, 0.15)
    if change == "jpeg":
        picture = jpeg(rng, picture)
    elif change == "light":
        picture = light(rng, picture)
    elif change == "blur and noise":
        picture = blur_and_noise(rng, picture)
    elif everything:
        picture = wear(rng, picture, 0.6)
    return picture


def other_picture(rng, kind):
    """A picture of one kind of negatives, worn."""
    return wear(rng, NEGATIVES[kind](rng, canvas(rng)), 0.5)
