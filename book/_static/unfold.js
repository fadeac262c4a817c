/* What is looked for in a folded box unfolds it: the target of a link, a word that
   the search has marked, and what the browser's own search finds. */
(() => {
  const BOX = ".admonition.toggle"; // a box that sphinx-togglebutton folds
  const isFolded = (box) => box.classList.contains("toggle-hidden");

  /* The browser's own search looks into a folded <details>, and into other boxes if they say so. */
  const settle = (box) => {
    for (const child of box.children) {
      if (!child.matches(".admonition-title")) child.hidden = isFolded(box) && "until-found";
    }
  };

  const unfold = (node) => {
    for (let box = node; box; box = box.parentElement) {
      if (box.matches("details:not([open])")) box.querySelector("summary").click();
      if (isFolded(box)) {
        box.querySelector(".toggle-button").click();
        settle(box);
      }
    }
  };

  /* Where a marked word can be seen already, its reader has found something: nothing unfolds. */
  const showAMark = (place) => {
    const marks = [...place.querySelectorAll("span.highlighted")]
      .filter((mark) => !place.matches("section") || mark.closest("section") === place);
    if (!marks.some((mark) => mark.checkVisibility({ visibilityProperty: true }))) unfold(marks[0]);
  };

  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    unfold(target);
    showAMark(target ?? document.querySelector("article section") ?? document.body);
    target?.scrollIntoView();
  };

  window.addEventListener("load", () => {
    const folds = new MutationObserver((changes) => changes.forEach(({ target }) => settle(target)));
    for (const box of document.querySelectorAll(BOX)) {
      settle(box);
      folds.observe(box, { attributeFilter: ["class"] });
    }
    setTimeout(follow, 10); // so long after reading the page, Sphinx marks the words
  });
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    if (link?.hash && link.href === location.href) follow(); // to where the reader was before
  });
  document.addEventListener("beforematch", ({ target }) => unfold(target));
})();
