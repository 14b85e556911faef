"""Photographs the pages of a demonstration that runs. Scripts/screenshots starts it."""

import os
import sys

from playwright.sync_api import sync_playwright

LARGEST = 250_000
DESK = {"width": 1100, "height": 900}
PHONE = {"width": 390, "height": 844}


def main(base, folder):
    sizes = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["OMBORD_CHROMIUM"],
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )

        def visit(viewport=DESK, person=None):
            context = browser.new_context(
                viewport=viewport, locale="nb-NO", timezone_id="Europe/Oslo", color_scheme="light",
            )
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto(base + "/")
            if person:
                # The start page shows some of the people; the search finds everybody.
                page.goto(f"{base}/?q={person}")
                page.locator("button[name=person]").first.click()
            return page

        def shoot(page, name, height=None, start=None):
            page.wait_for_load_state("networkidle")
            path = os.path.join(folder, name + ".png")
            size = dict(page.viewport_size)
            if height:
                size["height"] = height
                page.set_viewport_size(size)
            if start:
                # Otherwise the picture is taken on the way there.
                scroll = "part => part.scrollIntoView({ behavior: 'instant' })"
                page.locator(start).first.evaluate(scroll)
            page.screenshot(path=path)
            sizes.append((name, os.path.getsize(path)))

        shoot(visit(), "start")
        shoot(visit(PHONE, "Amina"), "newcomer")
        page = visit(person="Berge")
        page.goto(base + "/board")
        shoot(page, "leader")
        page.goto(base + "/compliance")
        shoot(page, "compliance", 1000)
        page = visit(person="Lunde")
        page.goto(base + "/admin")
        shoot(page, "admin")

        page = visit(person="Amina")
        # She is in two programmes; the talk tells which is which.
        links = page.locator("a[href^='/enrolments/']")
        paths = {"/".join(link.get_attribute("href").split("/")[:3]) for link in links.all()}
        talks = [base + path + "/steps/talk-2-months" for path in sorted(paths)]
        talk = next((url for url in talks if page.goto(url).ok), None)
        if talk is None:
            sys.exit("no enrolment has the step talk-2-months")
        page.goto(talk.split("/steps/")[0])
        shoot(page, "enrolment", 1200, start="#picture")
        page.goto(talk)
        shoot(page, "talk", 1000)

        # What another first day would mean for somebody whom she leads, before it is recorded.
        page = visit(person="Berge")
        page.goto(base + "/board")
        path = page.locator("main a[href^='/enrolments/']").first.get_attribute("href")
        page.goto(base + "/".join(path.split("/")[:3]) + "/change/date")
        page.locator("main select").first.select_option(index=1)
        page.locator("main input[type=date]").first.fill("2026-12-07")
        page.locator("main textarea").first.fill("Begynner senere")
        page.locator("main form button").first.click()
        shoot(page, "change", 1100)

        # What the schools ask for against what there is, and who lacks what.
        page = visit(person="Fjeld")
        page.goto(base + "/placements")
        page.locator("main a[href^='/placements/']").first.click()
        shoot(page, "placements", 1700)
        page = visit(person="Lunde")
        page.goto(base + "/gap")
        shoot(page, "gap", 1200)
        page = visit(PHONE, "Amina")
        page.goto(base + "/competence")
        shoot(page, "competence")

        page = visit()
        page.goto(base + "/mailbox?recipient=amina")
        mails = page.locator("main a[href^='/mailbox/']")
        invitations = mails.filter(has_text="talk")
        (invitations if invitations.count() else mails).first.click()
        shoot(page, "mail")

        page = visit()
        page.goto(base + "/?lang=en")
        page.goto(base + "/programmes/farsund-mentor")
        shoot(page, "programme", 1200, start="#picture")
        browser.close()
    for name, size in sizes:
        print(f"{name}.png  {size // 1000} kB")
    large = [name for name, size in sizes if size > LARGEST]
    if large:
        sys.exit(f"too large: {', '.join(large)}")


main(*sys.argv[1:])
