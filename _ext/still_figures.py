"""Figures that follow the reader: light or dark, sharp at any zoom, readable on a telephone.

A drawing is one SVG file for both looks: the style sheet inside it gives its
colours for the dark, and a browser asks the page which one it wants. In the
dark the paper is the page's and the named colours are those of the live
figures; any other colour keeps its hue and turns light into dark. What lies on
an image of pixels keeps its colours, as the image does: ink is dark.

A plot with panels side by side names the gaps between them (plots.as_svg). The
page shows it as one piece for each panel, each the same file through a window;
on a wide screen they make up the whole, on a narrow one they stand below each
other (book.css).

Pictures of pixels are written with 256 colours, each exact to the eye: a third
of the bytes.
"""

import colorsys
import hashlib
import posixpath
import re
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode
from collections import defaultdict
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from PIL import Image, ImageColor

SVG, LINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
ET.register_namespace("", SVG)
PIXELS = 110 / 72  # to a point: Matplotlib's figure.dpi in book.mplstyle

PAGE, TEXT = "#121212", "#e6e6e6"  # the theme's dark background, and text on it
DARK = {
    "#ffffff": PAGE, "#000000": TEXT, "#e3e3e3": "#3c434d", "#6b6b6b": "#a3a3a3",
    "#0072b2": "#58b0e3", "#d55e00": "#ff8a3d", "#b84a00": "#ff8a3d", "#009e73": "#35c79c",
    "#cc79a7": "#e39ccb", "#e69f00": "#f0b840", "#56b4e9": "#8fd0f2",
}  # fmt: skip
COLOURED = ("fill", "stroke")
NAME = re.compile(r"(?<=#)[\w-]+(?=\)|$)")  # in url(#name), or in a link
NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")


def in_the_dark(colour):
    """Return the colour that a colour becomes on the dark page, #rrggbb."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    name = f"#{red:02x}{green:02x}{blue:02x}"
    if name in DARK:
        return DARK[name]
    hue, light, strength = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    return "#" + "".join(f"{round(255 * part):02x}" for part in colorsys.hls_to_rgb(hue, 0.92 - 0.82 * light, strength))


def dark_rules(selector, styles):
    """Return the rule that gives a selector's colours for the dark, if it has any."""
    rules = [f"{name}:{in_the_dark(styles[name])}" for name in COLOURED
             if not styles.get(name, "none").startswith(("none", "url", "context", "currentColor"))]  # fmt: skip
    return f"{selector}{{{';'.join(rules)}}}" if rules else ""


class Drawing:
    """An SVG file, to be made light and to be given its dark look."""

    def __init__(self, text):
        self.root = ET.fromstring(text)
        self.classes, self.attributes = {}, {}

    def finished(self):
        made_by_matplotlib = self.root.find("*/{*}RDF") is not None
        if made_by_matplotlib:
            self.tidy()
            self.shrink()
        for node in self.root.iter():
            for name in filter(node.get, COLOURED):
                self.attributes[name, node.get(name)] = {name: node.get(name)}
        plain = [f".{name}{{{style}}}" for style, name in self.classes.items()]
        dark = [dark_rules(f".{name}", parts(style)) for style, name in self.classes.items()]
        dark += [dark_rules(f'[{name}="{value}"]', style) for (name, value), style in self.attributes.items()]
        sheet = ET.Element(f"{{{SVG}}}style")
        sheet.text = "".join([*plain, f"@media(prefers-color-scheme:dark){{svg{{fill:{TEXT}}}", *dark, "}"])
        self.root.insert(0, sheet)
        return ET.tostring(self.root, encoding="unicode").replace(" />", "/>")

    def tidy(self):
        """Leave out what only a program reads, and say the size in pixels."""
        self.root.remove(self.root.find("{*}metadata"))
        for name in ("width", "height"):
            self.root.set(name, f"{float(self.root.get(name).removesuffix('pt')) * PIXELS:.2f}")
        named = {name for node in self.root.iter() for value in node.attrib.values() for name in NAME.findall(value)}
        for axes in self.root.iter(f"{{{SVG}}}g"):
            if axes.get("id", "").startswith("axes_") and axes.find("*/{*}image") is not None:
                keep_on_image(axes)
        for node in self.root.iter():
            if LINK in node.attrib:  # its older name
                node.set("href", node.attrib.pop(LINK))
            if node.tag == f"{{{SVG}}}image":
                node.set("href", repacked(node.get("href")))
            if node.get("id") not in named:
                node.attrib.pop("id", None)
            if node.tag not in (f"{{{SVG}}}text", f"{{{SVG}}}tspan", f"{{{SVG}}}style"):
                node.text = None
            node.tail = None if node.tag != f"{{{SVG}}}tspan" else node.tail and node.tail.strip("\n ")

    def shrink(self):
        """Round numbers to what can be seen, and say once what is said again and again."""
        for node in self.root.iter():
            for name in {"x", "y", "width", "height", "transform", "viewBox"} & node.attrib.keys():
                digits = 5 if node.tag == f"{{{SVG}}}image" else 2
                rounded = lambda number: f"{float(number[0]):.{digits}f}".rstrip("0").rstrip(".")
                node.set(name, NUMBER.sub(rounded, node.get(name)))
            if "d" in node.attrib:
                node.set("d", line(node.get("d")))
            if node.get("transform", "").startswith("rotate(-0 "):
                del node.attrib["transform"]
            if "style" in node.attrib and "keep" not in node.attrib:
                style = ";".join(f"{name}:{value}" for name, value in parts(node.attrib.pop("style")).items())
                node.set("class", self.classes.setdefault(style, f"s{len(self.classes)}"))
            node.attrib.pop("keep", None)
        self.colour_marks()
        unwrap(self.root)
        short = {node.get("id"): f"i{n}" for n, node in enumerate(self.root.iter()) if "id" in node.attrib}
        renamed = lambda text: NAME.sub(lambda name: short.get(name[0], name[0]), text)
        for node in self.root.iter():
            for name, value in node.items():
                node.set(name, short[value] if name == "id" else renamed(value))
        self.classes = {renamed(style): name for style, name in self.classes.items()}  # a hatching's too

    def colour_marks(self):
        """Colour a mark where it is drawn, not where it is used, if all its uses look the same."""
        uses = defaultdict(list)
        for use in self.root.iter(f"{{{SVG}}}use"):
            uses[use.get("href")].append(use)
        for mark in self.root.iter(f"{{{SVG}}}path"):
            looks = {use.get("class") for use in uses[f"#{mark.get('id')}"]}
            if len(looks) == 1 and None not in looks:
                mark.set("class", *looks)
                for use in uses[f"#{mark.get('id')}"]:
                    del use.attrib["class"]


def line(path):
    """Return a path's data in hundredths, each point of a straight line from the one before."""
    steps = re.findall(r"([A-Za-z])([^A-Za-z]*)", path)
    points = [[round(100 * number) for number in map(float, numbers.split())] for _, numbers in steps]
    written, x, y = "", 0, 0
    for (kind, _), ends in zip(steps, points):
        relative = kind == "L"
        said = [f"{n / 100:g}" for n in ([ends[0] - x, ends[1] - y] if relative else ends)]
        written += ("l" if relative else kind) + " ".join(said)
        x, y = ends[-2:] or (x, y)
    return re.sub(r" (?=-)|(?<![\d.])0(?=\.\d)", "", re.sub(r"(?<=l)([^a-zA-Z]*)l", r"\1 ", written))


def repacked(address):
    """Return the address of an image that holds it, opaque or grey, in fewer bytes."""
    image, file = Image.open(BytesIO(b64decode(address.partition(",")[2]))), BytesIO()
    if image.mode == "RGBA" and image.getextrema()[3][0] == 255:
        image = image.convert("RGB")
        red, green, blue = image.split()
        if red.tobytes() == green.tobytes() == blue.tobytes():
            image = red
    image.save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def unwrap(node):
    """Put the content of groups that say nothing in their place."""
    for place, child in reversed(list(enumerate(node))):
        unwrap(child)
        if child.tag == f"{{{SVG}}}g" and not child.attrib:
            node[place : place + 1] = list(child)


def parts(style):
    """Return the declarations of a style: values by name."""
    return dict(map(str.strip, part.split(":", 1)) for part in style.split(";") if part.strip())


def keep_on_image(axes):
    """Mark what lies within axes that show an image: it keeps its colours."""
    paper = axes.find("{*}g/{*}path")
    corners = [] if paper is None else numbers(paper.get("d"))
    for group in axes:
        name = group.get("id", "")
        if name.startswith("matplotlib.axis") or name.startswith("text") and not lies_within(group, corners):
            continue
        for node in group.iter():
            node.set("keep", "")
            if node.tag == f"{{{SVG}}}text" and "fill" not in node.get("style", ""):
                node.set("style", f"fill:#000;{node.get('style', '')}")


def lies_within(group, corners):
    """Return whether a text is written within the corners x, y, x, y, … if there are any."""
    if not corners:
        return False
    x, y = next(numbers(f"{node.get('transform')} {node.get('x')} {node.get('y')}")[-2:]
                for node in group.iter() if "x" in node.attrib or "translate" in node.get("transform", ""))  # fmt: skip
    return min(corners[::2]) < x < max(corners[::2]) and min(corners[1::2]) < y < max(corners[1::2])


def numbers(text):
    return [float(number) for number in NUMBER.findall(text)]


# On the page


def panels(path):
    """Return width and height of a drawing, the edges of its panels, and the lower right corner of labels for all.

    It is None for what has no panels, and where no axis has numbers: an equation of matrices is not parted.
    """
    said = path.read_text(encoding="utf-8") if path.suffix == ".svg" else ""
    seams = re.search(r"<dc:description>Panels part at ([\d. ]+)(?:, labels left of ([\d.]+) ([\d.]+))?<", said)
    if not seams or "xtick_" not in said:
        return None
    width, height = (float(number) for number in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', said).groups())
    return width, height, [0, *map(float, seams[1].split()), width], seams.groups()[1:]


def visit_image(writer, node):
    """Show a drawing with panels as its panels, each through a window of its own, and all else as ever."""
    builder = writer.builder
    found = panels(Path(builder.srcdir, node["uri"]))
    if not found or node["uri"] not in builder.images:
        type(writer).visit_image(writer, node)
        return
    width, height, edges, labels = found
    source = posixpath.join(builder.imgpath, quote(builder.images[node["uri"]]))

    def window(left, right, kind="", alt="", style=""):
        wide, at = right - left, 100 * left / (width - right + left)
        return (f'<img{kind} alt="{escape(alt, quote=True)}" src="{source}" style="--wide:{wide * PIXELS:.1f};'
                f'aspect-ratio:{wide:.1f}/{height:.1f};object-position:{at:.2f}%{style}" />')  # fmt: skip

    shown, again = ['<span class="panels">'], ""
    for left, right in zip(edges, edges[1:]):
        shown += ["<span>", again, window(left, right, alt="" if left else node.get("alt", "")), "</span>"]
        if labels[0]:  # less the ticks, which every panel has, and the numbers below
            x, y = float(labels[0]) - 4, float(labels[1]) + 5
            again = window(0, x, ' class="again"', style=f";clip-path:inset(0 0 {100 - 100 * y / height:.1f}% 0)")
    writer.body.append("".join([*shown, "</span>\n"]))


def depart_image(writer, node):
    pass


# In the site's folder


def with_palette(path):
    """Write a picture of pixels again with 256 colours, if that makes it lighter."""
    with Image.open(path) as image:
        if image.mode not in ("RGB", "RGBA") or image.mode == "RGBA" and image.getextrema()[3][0] < 255:
            return  # it has a palette already, or it is transparent
        light = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    size = path.stat().st_size
    draft = path.with_suffix(".part")
    light.save(draft, "PNG", optimize=True)
    draft.replace(path) if draft.stat().st_size < size else draft.unlink()


def finish(app, exception):
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir) / app.builder.imagedir
        for path in sorted(folder.glob("*.png")):
            with_palette(path)
        for path in sorted(folder.glob("*.svg")):
            drawn = path.read_text(encoding="utf-8")
            if "prefers-color-scheme" not in drawn:  # or an earlier build has done it
                path.write_text(Drawing(drawn).finished(), encoding="utf-8")


def setup(app):
    maker = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()  # another: all pages are written anew
    app.add_config_value("figure_maker", maker, "html", str)
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
