"""Opens pages in Chromium as a reader would, and reports what is wrong with them.

Reads {"base": address, "pages": [{"name", "path", "cookie"?, "link"?, "form"?, "fields"?}]} and writes a list
of {"page", "problems"}. `cookie` is the value of the session's
cookie, `link` a link from a mail that is followed first. A page with a form is the
one that comes after the fields are filled in and the form is sent. What is looked at:

- axe's rules for WCAG 2.2 AA and its best practices, light on a desk and dark on a phone of 320 px,
  which is also what a desk of 1280 px shows at 400 %;
- no sideways scroll, no target lower than 44 px, nothing in the browser's console;
- the keyboard alone: the first stop is the skip link, Tab comes to everything that can be used, and
  one sees where one is;
- no script, no more than five requests, and a weight under 60 kB;
- the markup, by the Nu checker.

Where OMBORD_SCREENSHOTS names a folder, each page is photographed into it.
"""

import concurrent.futures
import json
import os
import sys
import tempfile
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from nu import markup_problems

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_BYTES = 60_000
MOST_REQUESTS = 5
PROCESSES = 2
TARGETS = """() => [...document.querySelectorAll('button, a.button, summary, input, textarea, select')]
    .filter(e => e.type !== 'hidden' && e.checkVisibility())
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5).map(([html]) => html)"""
# What the keyboard should come to. Of radio buttons it comes to one of each name.
USABLE = """() => {
    const names = new Set();
    return [...document.querySelectorAll(
        'a[href], button, input, textarea, select, summary, iframe, [tabindex="0"]')]
        .filter(e => e.type !== 'hidden' && !e.disabled && e.checkVisibility())
        .filter(e => e.type !== 'radio' || !names.has(e.name) && names.add(e.name)).length;
}"""
# Says once for each element what has the focus, and whether one sees it.
FOCUS = """() => {
    const e = document.activeElement;
    if (!e || e === document.body || e.dataset.seen) return null;
    e.dataset.seen = '1';
    const style = getComputedStyle(e);
    const seen = e.tagName === 'IFRAME'
        || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return {seen, html: e.outerHTML.slice(0, 80)};
}"""


# Numbers what has the focus, in a page or in a frame of it.
PLACE = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return 'none';
    const places = window[Symbol.for('places')] ??= new Map();
    if (!places.has(e)) places.set(e, places.size);
    return String(places.get(e));
}"""
LONGEST_MOVE = 2.0  # seconds


def focused(page):
    return [frame.evaluate(PLACE) for frame in page.frames]


def press_tab(page):
    """Presses Tab, and waits until the focus has moved.

    A frame with a sandbox is another process, and the focus comes to it and leaves it after
    the key is said to be pressed: who presses again at once loses stops on the way.
    """
    # Without a frame the focus has moved when the key is pressed; that it stays where it was, as
    # within a date's field, is then no reason to wait.
    if len(page.frames) == 1:
        page.keyboard.press("Tab")
        return
    before = focused(page)
    page.keyboard.press("Tab")
    patience = time.monotonic() + LONGEST_MOVE
    while focused(page) == before and time.monotonic() < patience:
        page.wait_for_timeout(5)


def accessibility_problems(page):
    found = []
    report = Axe().run(page, options={"runOnly": RULES}).response
    for violation in report["violations"]:
        for node in violation["nodes"]:
            found.append(f"{violation['id']}: {node['html'][:200]}")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:
        found.append(f"is {width} px wide")
    return found + [f"target lower than 44 px: {html}" for html in page.evaluate(TARGETS)]


def keyboard_problems(page):
    found, stops = [], 0
    usable = page.evaluate(USABLE)
    press_tab(page)
    if page.evaluate("document.activeElement.className") != "skip":
        found.append("the first stop of the keyboard is not the skip link")
    for _ in range(2 * usable + 5):
        focus = page.evaluate(FOCUS)
        if focus:
            stops += 1
            if not focus["seen"]:
                found.append(f"one does not see that it has the focus: {focus['html']}")
        if stops >= usable:
            break
        press_tab(page)
    if stops < usable:
        found.append(f"the keyboard comes to {stops} of {usable}")
    return found


def weight_problems(responses):
    found = []
    sizes = [(response.url, len(response.body())) for response in responses]
    if len(sizes) > MOST_REQUESTS:
        found.append(f"needs {len(sizes)} requests")
    total = sum(size for _, size in sizes)
    if total >= MOST_BYTES:
        found.append(f"weighs {total} bytes: {sizes}")
    return found


def send(page, action, fields):
    form = page.locator(f"form[action='{action}']")
    for name, value in fields.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.first.get_attribute("type") in ("radio", "checkbox"):
            form.locator(f"[name='{name}'][value='{value}']").check()
        else:
            field.fill(value)
    form.locator("button").last.click()
    page.wait_for_load_state("load")


def look(browser, base, wanted, folder):
    """What is wrong with one page, and its markup."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="nb-NO", timezone_id="Europe/Oslo")
    if "cookie" in wanted:
        context.add_cookies([{"name": "ombord", "value": wanted["cookie"], "url": base}])
    page = context.new_page()
    errors, responses = [], []
    page.on("console", lambda message: errors.append(f"console: {message.text}")
            if message.type == "error" and "status of 404" not in message.text
            and "status of 422" not in message.text and "status of 403" not in message.text
            and "status of 410" not in message.text else None)
    if "link" in wanted:
        page.goto(f"{base}/l/{wanted['link']}")
    page.goto(base + wanted["path"])
    if "form" in wanted:
        send(page, wanted["form"], json.loads(wanted.get("fields", "{}")))
    page.on("response", lambda response: responses.append(response))
    # Once more, so that what it takes is counted from its beginning; a form's answer stays.
    if "form" not in wanted:
        page.reload()
    markup = page.evaluate("document.documentElement.outerHTML") if "form" in wanted else (
        responses[0].text())
    found = errors if "form" in wanted else errors + weight_problems(responses)
    if "<script" in markup:
        found.append("has a script")
    found += [f"light: {problem}" for problem in accessibility_problems(page)]
    if folder:
        page.screenshot(
            path=os.path.join(folder, f"{wanted['name']}-light-1280.png"), full_page=True)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 800})
    found += [f"dark, 320 px: {problem}" for problem in accessibility_problems(page)]
    if folder:
        page.screenshot(
            path=os.path.join(folder, f"{wanted['name']}-dark-320.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    found += keyboard_problems(page)
    context.close()
    return found, markup if markup.startswith("<!doctype") else "<!doctype html>" + markup


def look_at_all(base, pages, folder):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["OMBORD_CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        try:
            return [(wanted["name"], *look(browser, base, wanted, folder)) for wanted in pages]
        finally:
            browser.close()


def main():
    task = json.load(sys.stdin)
    folder = os.environ.get("OMBORD_SCREENSHOTS")
    with concurrent.futures.ProcessPoolExecutor(PROCESSES) as pool:
        parts = [
            pool.submit(look_at_all, task["base"], task["pages"][number::PROCESSES], folder)
            for number in range(PROCESSES)
        ]
        looked = [result for part in parts for result in part.result()]
    with tempfile.TemporaryDirectory() as kept:
        for name, _, markup in looked:
            with open(os.path.join(kept, f"{name}.html"), "w", encoding="utf-8") as file:
                file.write(markup)
        markup = markup_problems(kept)
    json.dump(
        [{"page": name, "problems": found + markup.get(f"{name}.html", [])}
         for name, found, _ in looked], sys.stdout)


if __name__ == "__main__":
    main()
