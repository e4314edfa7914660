"""Draws an article's picture as SVG from its SKU alone: nothing is fetched, nothing is stored.

The same SKU gives the same picture for ever. Colours are presentation attributes with
`light-dark()`, so that a picture follows the page's theme and needs no inline style.
"""

import hashlib
from typing import Final

WIDTH: Final = 160
HEIGHT: Final = 120

# Ground, body, its shaded side, label, ink: each in light and in dark.
_PALETTES: Final = (
    ("#e3f0ee,#122927", "#0b6b66,#2f8f88", "#09534f,#21706a", "#f4efe4,#e9e2d2", "#0b4a47,#0b4a47"),
    ("#f6ebdf,#2c2218", "#8a4b22,#b0713f", "#6d3918,#8f5829", "#fbf4e8,#efe2cd", "#5b2f13,#5b2f13"),
    ("#e6ecf7,#161f30", "#2c5282,#5179b0", "#21406a,#3f6398", "#f5f1e6,#e7e2d5", "#1d3557,#1d3557"),
    ("#f7e7e6,#2e1a1b", "#a83f3c,#c9635f", "#86302e,#a84c49", "#fcf3e6,#f0e3d0", "#6e2321,#6e2321"),
    ("#edf2de,#20270f", "#5d7a1f,#85a343", "#4a6118,#6b8731", "#faf6e5,#ece7d0", "#3a4d12,#3a4d12"),
    ("#f1e8f4,#271a2d", "#6d3f86,#9468ac", "#56306b,#795090", "#f8f2ea,#e9e1d6", "#46265a,#46265a"),
    ("#fbf0d3,#2d2409", "#b57a0a,#d09b33", "#8f5f06,#ab7c20", "#fdf8e9,#f2e8cf", "#6b4704,#6b4704"),
)

# Body, shaded side, whatever lies on top, and where the label's middle is.
_BAG: Final = (
    (
        '<path d="M54 26h52l6 12v58a6 6 0 0 1-6 6H54a6 6 0 0 1-6-6V38z" fill="{body}"/>'
        '<path d="M54 26h52l6 12H48z" fill="{shade}"/>'
        '<path d="M62 21h36v8H62z" rx="2" fill="{shade}"/>'
    ),
    (80, 70),
)
_JAR: Final = (
    (
        '<rect x="52" y="36" width="56" height="66" rx="12" fill="{body}"/>'
        '<rect x="56" y="22" width="48" height="14" rx="4" fill="{shade}"/>'
        '<path d="M60 44v48" stroke="{label}" stroke-opacity=".35" stroke-width="4" '
        'stroke-linecap="round"/>'
    ),
    (82, 70),
)
_BOTTLE: Final = (
    (
        '<path d="M72 14h16v22c0 8 12 10 12 26v34a6 6 0 0 1-6 6H66a6 6 0 0 1-6-6V62c0-16 12-18 12'
        '-26z" fill="{body}"/><rect x="70" y="12" width="20" height="11" rx="3" fill="{shade}"/>'
    ),
    (80, 76),
)
_TIN: Final = (
    (
        '<path d="M50 32v62c0 5 13 8 30 8s30-3 30-8V32z" fill="{body}"/>'
        '<ellipse cx="80" cy="32" rx="30" ry="9" fill="{shade}"/>'
        '<ellipse cx="80" cy="29" rx="30" ry="9" fill="{body}"/>'
        '<ellipse cx="80" cy="29" rx="22" ry="6" fill="{shade}"/>'
    ),
    (80, 70),
)
_BOX: Final = (
    (
        '<path d="M42 40l38-16 38 16v46l-38 18-38-18z" fill="{body}"/>'
        '<path d="M80 57v47l38-18V40z" fill="{shade}"/>'
        '<path d="M61 32l38 17v12" fill="none" stroke="{label}" stroke-width="4"/>'
    ),
    (61, 70),
)
_BAR: Final = (
    (
        '<rect x="36" y="46" width="88" height="56" rx="5" fill="{shade}"/>'
        '<rect x="36" y="46" width="66" height="56" rx="5" fill="{body}"/>'
        '<path d="M106 58h14M106 74h14M106 90h14M113 50v48" stroke="{label}" stroke-opacity=".45" '
        'stroke-width="2"/>'
    ),
    (69, 74),
)
_MUG: Final = (
    (
        '<path d="M104 48h8a14 14 0 0 1 0 30h-10" fill="none" stroke="{shade}" stroke-width="8"/>'
        '<path d="M48 36h58v48a16 16 0 0 1-16 16H64a16 16 0 0 1-16-16z" fill="{body}"/>'
        '<path d="M48 36h58v8H48z" fill="{shade}"/>'
        '<path d="M66 28c-5-6 5-9 0-16M86 28c-5-6 5-9 0-16" fill="none" stroke="{shade}" '
        'stroke-opacity=".55" stroke-width="3" stroke-linecap="round"/>'
    ),
    (77, 68),
)
_CONE: Final = (
    (
        '<path d="M44 34h72L94 80H66z" fill="{body}"/><path d="M44 34h72l-4 9H48z" fill="{shade}"/>'
        '<rect x="54" y="82" width="52" height="6" rx="3" fill="{shade}"/>'
        '<path d="M80 92v8" stroke="{body}" stroke-width="4" stroke-linecap="round"/>'
    ),
    (80, 60),
)
_POT: Final = (
    (
        '<path d="M44 50h72v30a20 20 0 0 1-20 20H64a20 20 0 0 1-20-20z" fill="{body}"/>'
        '<path d="M46 50c2-14 14-20 34-20s32 6 34 20z" fill="{shade}"/>'
        '<rect x="73" y="22" width="14" height="9" rx="4" fill="{shade}"/>'
        '<path d="M44 58h-8v10h8M116 58h8v10h-8" fill="none" stroke="{shade}" stroke-width="5" '
        'stroke-linejoin="round"/>'
    ),
    (80, 75),
)
_HAMMOCK: Final = (
    (
        '<path d="M28 24v78M132 24v78" stroke="{shade}" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M28 38l18 12M132 38l-18 12" stroke="{shade}" stroke-width="3"/>'
        '<path d="M44 46c4 60 68 60 72 0-14 16-58 16-72 0z" fill="{body}"/>'
        '<path d="M44 46c14 16 58 16 72 0-16 10-56 10-72 0z" fill="{shade}"/>'
    ),
    (80, 74),
)
_SHAPES: Final = (_BAG, _JAR, _BOTTLE, _TIN, _BOX, _BAR, _MUG, _CONE)
# What a SKU's first word says of the shape; others get one by chance, always the same.
_KNOWN: Final = {
    **dict.fromkeys(("CAFE", "COFFEE", "FARINHA", "ACUCAR", "GRANOLA", "CASTANHA"), _BAG),
    **dict.fromkeys(("MEL", "HONEY", "GELEIA", "DOCE", "GOIABADA", "REQUEIJAO"), _JAR),
    **dict.fromkeys(("PANELA", "CHALEIRA", "POT"), _POT),
    **dict.fromkeys(("REDE", "HAMMOCK"), _HAMMOCK),
    **dict.fromkeys(("GARRAFA", "AZEITE", "SUCO", "CACHACA", "VINHO", "OLIVE"), _BOTTLE),
    **dict.fromkeys(("CHA", "MATE", "TEA", "BISCOITO", "LATA"), _TIN),
    **dict.fromkeys(("KIT", "CAIXA", "CESTA", "PRENSA", "MOEDOR"), _BOX),
    **dict.fromkeys(("CHOCOLATE", "CHOC", "RAPADURA"), _BAR),
    **dict.fromkeys(("CANECA", "XICARA", "COPO", "MUG"), _MUG),
    **dict.fromkeys(("FILTRO", "COADOR", "FILTER"), _CONE),
}
# Drawn around 0,0 on the label: a bean, a leaf, a sun, hills, a drop.
_MOTIFS: Final = (
    (
        '<ellipse rx="8" ry="11" transform="rotate(24)" fill="{ink}"/>'
        '<path d="M4-9c-9 5 1 9-8 18" fill="none" stroke="{label}" stroke-width="2"/>'
    ),
    (
        '<path d="M-9 9C-9-5 1-10 10-10 10 4 2 10-9 9z" fill="{ink}"/>'
        '<path d="M-11 11L4-4" stroke="{label}" stroke-width="1.6"/>'
    ),
    (
        '<circle r="5" fill="{ink}"/><path d="M0-12v4M0 8v4M-12 0h4M8 0h4M-8.5-8.5l3 3M5.5 5.5l3 3'
        'M-8.5 8.5l3-3M5.5-5.5l3-3" stroke="{ink}" stroke-width="2" stroke-linecap="round"/>'
    ),
    '<path d="M-13 9l8-14 5 8 4-6 9 12z" fill="{ink}"/><circle cx="6" cy="-8" r="3" fill="{ink}"/>',
    (
        '<path d="M0-12c6 8 9 11 9 15a9 9 0 0 1-18 0c0-4 3-7 9-15z" fill="{ink}"/>'
        '<path d="M-4 4a5 5 0 0 0 4 4" fill="none" stroke="{label}" stroke-width="2"/>'
    ),
)


def picture_of(sku: str) -> str:
    """Return the inner SVG of the article's picture, WIDTH by HEIGHT; nothing of the SKU is in it.

    The ground fills the whole, so that it can be cropped to any shape.
    """
    chance = hashlib.sha256(sku.encode()).digest()
    names = ("ground", "body", "shade", "label", "ink")
    pairs = _PALETTES[chance[0] % len(_PALETTES)]
    colours = {name: f"light-dark({pair})" for name, pair in zip(names, pairs, strict=True)}
    shape, (x, y) = _KNOWN.get(sku.partition("-")[0].upper(), _SHAPES[chance[1] % len(_SHAPES)])
    motif = _MOTIFS[chance[2] % len(_MOTIFS)]
    drawn = (
        '<rect width="160" height="120" fill="{ground}"/>'
        '<ellipse cx="80" cy="104" rx="46" ry="5" fill="{ink}" fill-opacity=".14"/>'
        f'{shape}<g transform="translate({x} {y})">'
        f'<circle r="17" fill="{{label}}"/>{motif}</g>'
    )
    return drawn.format(**colours)
