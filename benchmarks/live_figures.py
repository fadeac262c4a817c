"""How soon the live figures of the built site answer: `python benchmarks/live_figures.py`, by hand.

For each page with one: the milliseconds until its figures are there, from the end
of the page's own loading; and for each figure the longest time that it took to
answer a control, over twenty settings of each slider and every choice of a list.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "tests")]

from chromium import find_chromium, launch  # noqa: E402
from livefigures import FIGURES  # noqa: E402

LOADED = """() => {
  const times = performance.getEntriesByType("navigation")[0];
  return times.domContentLoadedEventEnd - times.domInteractive;
}"""
ANSWERS = """place => {
  const timed = (input, kind) => {
    const before = performance.now();
    input.dispatchEvent(new Event(kind, {bubbles: true}));
    document.body.offsetHeight;  // with the layout
    return performance.now() - before;
  };
  const times = [0];
  for (const input of place.querySelectorAll("input[type=range]")) {
    const [least, most] = [Number(input.min), Number(input.max)];
    for (let i = 0; i <= 20; i++) { input.value = least + i * (most - least) / 20; times.push(timed(input, "input")); }
  }
  for (const input of place.querySelectorAll("select")) {
    for (const option of input.options) { input.value = option.value; times.push(timed(input, "change")); }
  }
  return Math.max(...times);
}"""

with sync_playwright() as playwright:
    browser = launch(playwright, find_chromium())
    for name, file, _ in FIGURES:
        page = browser.new_page()
        page.goto((ROOT / "_build" / "html" / file).as_uri())
        loaded = page.evaluate(LOADED)
        answers = page.locator(f".live[data-live={name}]").evaluate(ANSWERS)
        print(f"{name:22} there after {loaded:5.0f} ms, answers within {answers:4.0f} ms")
        page.close()
    browser.close()
