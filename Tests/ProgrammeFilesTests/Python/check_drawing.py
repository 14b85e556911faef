"""Checks that the SVG on standard input is well formed and that its step boxes do not overlap."""

import sys
import xml.etree.ElementTree as ElementTree

SPACE = "{http://www.w3.org/2000/svg}"
root = ElementTree.fromstring(sys.stdin.buffer.read())
width, height = int(root.get("width")), int(root.get("height"))
boxes = [
    tuple(int(box.get(name)) for name in ("x", "y", "width", "height"))
    for box in root.iter(SPACE + "rect")
    if box.get("class") == "step"
]
assert boxes, "no steps"
for index, (x, y, w, h) in enumerate(boxes):
    assert 0 <= x and x + w <= width and 0 <= y and y + h <= height, "outside the page"
    for x2, y2, w2, h2 in boxes[index + 1 :]:
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y, "boxes overlap"
spans = {}
for path in root.iter(SPACE + "path"):
    if path.get("class") in ("waits", "counts"):
        data = path.get("d").replace("M", "").replace("H", " ").replace("V", " ").split()
        start, lane, end = int(data[1]), int(data[2]), int(data[3])
        low, high = sorted((start, end))
        for other_low, other_high in spans.setdefault(lane, []):
            assert high < other_low or other_high < low, "arrows overlap"
        spans[lane].append((low, high))
        assert lane > 0, "an arrow outside the page"
for text in root.iter(SPACE + "text"):
    assert text.text and text.text.strip(), "an empty line"
assert root.find(SPACE + "title").text and root.find(SPACE + "desc").text
print("ok")
