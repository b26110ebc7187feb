"""Pictures and an axe check of the explorer's scenes, taken from the harness. Usage: shoot.py URL FOLDER [scene…]."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[3]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
SIZES = {"1440": (1440, 900, 1), "390": (390, 844, 2)}


def ask(page: Page, name: str, phone: bool) -> None:
    if phone and page.locator(".sheet-h[aria-expanded=false]").count():
        page.locator(".sheet-h").click()
    page.fill("input[name=name]", name)
    page.locator(".ask .btn").click()
    page.wait_for_timeout(150)
    if phone:
        page.locator(".sheet-h").click()
        page.wait_for_timeout(100)


def play(page: Page, scene: str, phone: bool) -> None:
    if scene == "five":
        ask(page, "app-stateful-3.headless-svc-stateful", phone)
        ask(page, "headless-svc-stateful", phone)
        if not phone:
            page.locator("[data-id='pods/default/app-stateful-1'][role=treeitem]").click()
    if scene == "crowd" and not phone:
        page.fill("#find", "tier in (web, data)")
        page.keyboard.press("Enter")
    if scene == "nx":
        ask(page, "headless-svc", phone)
        ask(page, "web", phone)
    if scene == "set":
        page.locator("[data-id='statefulsets/default/app-stateful'][role=treeitem]").click()
    if scene == "open":
        ask(page, "web", phone)
        if phone:
            page.locator(".sheet-h").click()
        page.get_by_role("button", name="dig output").click()
        if not phone:
            page.get_by_role("button", name="Choose others").click()
            page.locator("[data-id='pods/default/app-stateful-1'][role=treeitem]").click()
            page.get_by_role("tab", name="YAML").click()
            page.fill("#find", "app")
    if scene == "unfolded" and not phone:
        page.locator("[data-id=fold][role=treeitem]").click()
        page.locator("[data-id='services/default/web'][role=treeitem]").click()
    if scene == "lost":
        page.wait_for_timeout(900)


SCENES = ["five", "demo", "open", "unfolded", "nx", "set", "crowd", "many", "empty", "lost", "loading"]

AXE_RUN = """() => axe.run().then(r => r.violations.map(v => ({id: v.id, impact: v.impact, n: v.nodes.length,
    at: v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' :: ' + n.failureSummary)})))"""


def main(url: str, folder: str, scenes: list[str]) -> None:
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for scene in scenes or SCENES:
            for size, (width, height, scale) in SIZES.items():
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        device_scale_factor=scale,
                        color_scheme=theme,
                        bypass_csp=True,
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    page.on(
                        "console",
                        lambda m: print("  console:", m.type, m.text) if m.type in ("error", "warning") else None,
                    )
                    page.on("pageerror", lambda e: print("  ERROR", e))
                    page.goto(f"{url}?scene={scene}")
                    page.wait_for_timeout(400)
                    play(page, scene, size == "390")
                    page.wait_for_timeout(300)
                    page.screenshot(path=str(out / f"{scene}-{size}-{theme}.png"))
                    page.evaluate(AXE)
                    found = page.evaluate(AXE_RUN)
                    print(scene, size, theme, "axe:", len(found))
                    for each in found:
                        print("   ", json.dumps(each)[:700])
                    context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
