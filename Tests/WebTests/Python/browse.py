"""Opens pages in Chromium, light on a desk and dark on a phone, and reports what is wrong with them.

Reads {"base": address, "pages": [{"name", "path", "cookie"?, "link"?, "form"?, "fields"?}]} and writes a list of
findings. A page with a form is the one that comes after the fields are filled in and the form is
sent. Where OMBORD_SCREENSHOTS names a folder, each page is photographed into it.
"""

import json
import os
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGETS = """() => [...document.querySelectorAll('button, a.button, summary, input, textarea, select')]
    .filter(e => e.type !== 'hidden' && e.checkVisibility())
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5).map(([html]) => html)"""


def problems(page, errors):
    found = list(errors)
    report = Axe().run(page, options={"runOnly": RULES}).response
    for violation in report["violations"]:
        for node in violation["nodes"]:
            found.append(f"{violation['id']}: {node['html'][:200]}")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > page.viewport_size["width"]:
        found.append(f"is {width} px wide")
    found += [f"target lower than 44 px: {html}" for html in page.evaluate(TARGETS)]
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    if first != "skip":
        found.append(f"the first stop of the keyboard is {first!r}, not the skip link")
    return found


def send(page, action, fields):
    form = page.locator(f"form[action='{action}']")
    for name, value in fields.items():
        field = form.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button").last.click()
    page.wait_for_load_state("load")


def main():
    task = json.load(sys.stdin)
    folder = os.environ.get("OMBORD_SCREENSHOTS")
    findings = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["OMBORD_CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        for wanted in task["pages"]:
            for scheme, width in [("light", 1280), ("dark", 320)]:
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, color_scheme=scheme,
                    locale="nb-NO", timezone_id="Europe/Oslo",
                )
                page = context.new_page()
                errors = []
                page.on("console", lambda message, errors=errors: errors.append(
                    f"console: {message.text}") if message.type == "error"
                    and "status of 403" not in message.text
                    and "status of 404" not in message.text
                    and "status of 422" not in message.text else None)
                if "cookie" in wanted:
                    context.add_cookies([
                        {"name": "ombord", "value": wanted["cookie"], "url": task["base"]}])
                if "link" in wanted:
                    page.goto(f"{task['base']}/l/{wanted['link']}")
                page.goto(task["base"] + wanted["path"])
                if "form" in wanted:
                    send(page, wanted["form"], json.loads(wanted.get("fields", "{}")))
                if folder:
                    name = f"{wanted['name']}-{scheme}-{width}.png"
                    page.screenshot(path=os.path.join(folder, name), full_page=True)
                findings.append({
                    "page": wanted["name"], "scheme": scheme, "width": width,
                    "problems": problems(page, errors),
                })
                context.close()
        browser.close()
    json.dump(findings, sys.stdout)


main()
