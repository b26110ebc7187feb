"""A whole lesson with the keyboard alone: begun, its steps done by hand and by help, questions answered, finished."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import faults
from tests.browser.conftest import Visitors
from tests.browser.site import Site
from tests.browser.test_fit import overflow

PATIENT = 60_000
"""Milliseconds that a step may take: pods end and start meanwhile."""
NAMED = """const named = (element, wanted) => new RegExp(wanted).test(
      (element.getAttribute('aria-label') ?? element.textContent ?? '').trim());"""
FOCUSED = f"""(wanted) => {{
    {NAMED}
    const here = document.activeElement;
    return Boolean(here?.matches('button, summary, a, input') && named(here, wanted));
}}"""
# Some controls are offered only once a script is there that does what they say.
OFFERED = f"""(wanted) => {{
    {NAMED}
    return [...document.querySelectorAll('button:enabled, summary, a, input:enabled')].some(
      (each) => named(each, wanted) && each.checkVisibility({{ visibilityProperty: true }}));
}}"""


def reach(page: Page, name: str, most: int = 60) -> None:
    """Tab to what is called so, once it is offered."""
    page.wait_for_function(OFFERED, arg=f"^{name}$")
    for _ in range(most):
        if page.evaluate(FOCUSED, f"^{name}$"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


# What a screen reader is told: one sentence takes the place of the other, and may be gone before anybody looks.
LISTENING = """addEventListener("DOMContentLoaded", () => {
  const told = document.getElementById("announce");
  window.heard = [];
  const changes = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => heard.push(told.textContent)).observe(told, changes);
})"""
HEARD = """(words) => new Promise((heard) => {
  const look = () => (window.heard.some((each) => each.includes(words)) ? heard() : setTimeout(look, 20));
  look();
})"""


def press(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Enter")


def begin(page: Page, site: Site, lesson: str) -> None:
    """From the list to step 1, whether it was begun before or not."""
    page.goto(f"{site.web}/lessons/{lesson}/")
    start = page.get_by_role("button", name="Start in a cluster of your own")
    if start.is_visible():
        press(page, "Start in a cluster of your own")
    else:
        press(page, "Start over")
        # The page before it may stand at step 1 as well.
        with page.expect_navigation(timeout=PATIENT):
            press(page, "Make it anew")
    expect(step(page, 1)).to_be_visible(timeout=PATIENT)


def step(page: Page, number: int) -> Locator:
    return page.locator("li[aria-current=step]").get_by_role("heading", name=re.compile(f"^Step {number}: "))


def go_on(page: Page, to: int) -> None:
    """Next, once every check is met; the focus is on the new step then."""
    expect(page.locator("#next")).to_be_enabled(timeout=PATIENT)
    press(page, "Next step")
    expect(step(page, to)).to_be_focused()


def helped(page: Page) -> None:
    press(page, "Do it for me")
    expect(page.get_by_text("Done for you.")).to_be_visible(timeout=PATIENT)


def test_a_whole_lesson_with_the_keyboard(visit: Visitors, site: Site, size: str) -> None:
    visit.expect("422")  # a step that is not done is refused
    page = visit(size)
    page.goto(f"{site.web}/lessons/")
    assert faults(page) == []
    begin(page, site, "headless")
    checks = page.get_by_role("list", name="Checks").get_by_role("listitem")
    expect(checks.first).to_contain_text("There is no Service headless-svc.")
    expect(page.locator("#next")).to_be_disabled()
    assert faults(page) == []
    assert overflow(page) == []

    another = page.get_by_text("Another hint")
    expect(another).to_be_hidden()  # one at a time
    press(page, "Show a hint")
    expect(page.get_by_text("Open the file below the text")).to_be_visible()
    expect(another).to_be_visible()
    press(page, "headless-svc.yaml")
    press(page, "Apply headless-svc.yaml")
    expect(checks.first).to_contain_text("The Service headless-svc is there")
    go_on(page, 2)
    helped(page)
    expect(page.get_by_text("kubectl apply -f stateful.yaml")).to_be_visible()
    go_on(page, 3)

    if size == "desk":  # by hand, in the DNS box beside it
        page.get_by_label("Name", exact=True).first.focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("headless-svc-stateful")
        page.keyboard.press("Enter")
        expect(checks.first).to_contain_text("You asked, and got the address of every pod")
        page.locator("#column .les-scroll").focus()
        press(page, "1")
        expect(checks.last).to_contain_text("1 is not it.")
        press(page, "3")
        expect(page.locator("#next")).to_be_focused()
    else:
        helped(page)
    go_on(page, 4)
    for number in (5, 6):
        helped(page)
        expect(page.locator("#next")).to_be_enabled(timeout=PATIENT)
        assert faults(page) == []
        go_on(page, number)
    helped(page)
    expect(page.locator("#next")).to_be_enabled(timeout=PATIENT)
    press(page, "Finish")
    expect(page.get_by_role("heading", name="You have done it")).to_be_focused()
    assert faults(page) == []
    assert overflow(page) == []
    page.goto(f"{site.web}/lessons/")
    expect(page.get_by_role("listitem").filter(has_text="Headless Services")).to_contain_text("done")


def test_nothing_leads_out_of_a_lesson_but_back(visit: Visitors, site: Site) -> None:
    page = visit("desk")
    begin(page, site, "headless")
    expect(page.get_by_role("heading", name="Nothing stands here yet.")).to_be_visible()
    ground = page.locator(".ground")
    expect(ground).to_contain_text("The lesson goes on with Step 1: Create a Service without an address.")
    expect(ground.get_by_role("link")).to_have_count(0)
    slug = page.locator("main.ex").get_attribute("data-slug")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Map").click()
    expect(page.locator(".ground").get_by_role("link", name="Back to the lesson")).to_be_visible()
    assert faults(page) == []
    assert overflow(page) == []
    page.goto(f"{site.web}/clusters/{slug}/apply/")
    assert faults(page) == []
    assert overflow(page) == []
    page.get_by_role("link", name="Back to the lesson, step 1").click()
    expect(step(page, 1)).to_be_visible()


def test_text_and_picture_take_turns_on_a_phone(visit: Visitors, site: Site) -> None:
    page = visit("phone")
    begin(page, site, "pods")
    expect(page.locator("main.ex")).to_be_hidden()
    press(page, "Picture")
    expect(page.locator("main.ex")).to_be_visible()
    expect(page.locator("#column")).to_be_hidden()
    expect(page.get_by_role("button", name="Picture")).to_have_attribute("aria-pressed", "true")
    assert overflow(page) == []
    assert faults(page) == []


def test_the_picture_is_offered_once_a_script_is_there_to_show_it(visit: Visitors, site: Site) -> None:
    page = visit("phone")
    begin(page, site, "pods")
    held: list[Route] = []
    page.route("**/dist/lesson*.js", lambda route: held.append(route))
    with page.expect_request("**/dist/lesson*.js"):
        page.reload(wait_until="commit")
    expect(step(page, 1)).to_be_visible()
    picture = page.get_by_role("button", name="Picture")
    expect(picture).to_be_hidden()
    for each in held:
        each.continue_()
    picture.click()
    expect(page.locator("main.ex")).to_be_visible()


def test_a_terminal_below_the_picture_counts(visit: Visitors, site: Site, size: str) -> None:
    page = visit(size, color_scheme="dark")
    page.add_init_script(LISTENING)
    begin(page, site, "search")
    if size == "phone":
        press(page, "Picture")
    expect(page.get_by_role("treeitem", name=re.compile("^Pod client, Ready")).first).to_be_visible(timeout=PATIENT)
    press(page, "Open a terminal")
    expect(page.locator("#terminal-state")).to_have_text("In client", timeout=PATIENT)
    page.keyboard.type("nslookup cart")
    page.keyboard.press("Enter")
    # On a phone the text, and the checks in it, stand behind the picture; what they find is announced.
    if size == "desk":
        checks = page.get_by_role("list", name="Checks").get_by_role("listitem")
        expect(checks.first).to_contain_text("cart is unknown from default")
    page.evaluate(HEARD, "cart is unknown from default")
    assert faults(page) == []
    assert overflow(page) == []
    page.get_by_role("button", name="Close the terminal").click()
    expect(page.locator("#screen")).to_be_hidden()


WITHIN = """([inner, outer]) => {
    const a = inner.getBoundingClientRect(), b = outer.getBoundingClientRect();
    return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}"""


def test_the_panel_lies_over_nothing_and_a_step_shows_what_it_speaks_of(visit: Visitors, site: Site) -> None:
    page = visit("desk", reduced_motion="reduce")
    begin(page, site, "headless")
    helped(page)
    go_on(page, 2)
    helped(page)
    pod = page.locator('[role=treeitem][data-id="pods/default/app-stateful-2"]')
    service = page.locator('[role=treeitem][data-id="services/default/headless-svc-stateful"]')
    sea, world = page.locator(".sea"), page.locator("g.world")
    pod.click()
    panel = page.get_by_role("complementary", name="Inspector")
    expect(panel.get_by_role("heading", level=2)).to_have_text("app-stateful-2")
    page.get_by_role("button", name="Ask", exact=True).click(trial=True)
    page.get_by_role("button", name="Fit everything in").click(trial=True)
    page.wait_for_function(WITHIN, arg=[pod.element_handle(), sea.element_handle()])
    panel.get_by_role("button", name="Close", exact=True).click()
    expect(panel).to_be_hidden()

    # What the next step speaks of is out of sight: it comes into it. When it is seen already nothing moves.
    box = sea.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 40, box["y"] + box["height"] - 20)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    page.wait_for_function(f"(all) => !({WITHIN})(all)", arg=[service.element_handle(), sea.element_handle()])
    go_on(page, 3)
    page.wait_for_function(WITHIN, arg=[service.element_handle(), sea.element_handle()])
    helped(page)
    page.get_by_role("button", name="Fit everything in").click()
    expect(page.locator(".zoom-box")).to_contain_text("100%")
    before = world.get_attribute("transform")
    go_on(page, 4)
    expect(world).to_have_attribute("transform", before or "")


def test_without_javascript_a_step_can_be_done(visit: Visitors, site: Site) -> None:
    page = visit("desk", java_script_enabled=False)
    page.goto(f"{site.web}/lessons/storage/")
    page.get_by_role("button", name="Start in a cluster of your own").click()
    page.get_by_role("button", name="Do it for me").click()
    expect(page.get_by_text("Done for you.")).to_be_visible(timeout=PATIENT)
    page.get_by_role("button", name="Next step").click()
    expect(step(page, 2)).to_be_visible()


def test_a_wrong_way_leads_back_into_the_lesson(visit: Visitors, site: Site, size: str) -> None:
    """A Service of the step's name that cannot become what the step wants."""
    visit.expect("422")
    page = visit(size)
    begin(page, site, "headless")
    slug = page.locator("main.ex").get_attribute("data-slug")
    wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: headless-svc}\nspec: {ports: [{port: 80}]}\n"
    site.apply(str(slug), wrong)
    press(page, "headless-svc.yaml")
    press(page, "Apply headless-svc.yaml")
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Service headless-svc is there already")
    expect(refusal).to_contain_text("kubectl replace --force -f headless-svc.yaml")
    assert faults(page) == []
    assert overflow(page) == []
    press(page, "Delete and make anew")
    expect(refusal).to_have_count(0)
    expect(page.locator("#next")).to_be_enabled(timeout=PATIENT)


def test_at_twice_the_size_nothing_lies_beside_the_page(visit: Visitors, site: Site) -> None:
    page = visit("desk")
    begin(page, site, "headless")
    page.set_viewport_size({"width": 720, "height": 450})  # 1440x900 at 200 %
    expect(page.locator("#live [data-state=live]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 720
