// The page's script: buttons in our HTML become events, and what needs no server happens here. page_parts.js comes first.
// Words are put in as text; HTML is fixed, or comes from the server, where it passed the allow-list.
(() => {
  const { $, made, say, confirmed, still, parts } = window.rashomon;
  const PARTS = "#side, #thread, #scope, #panel, #overview, #add, #outcome, #find-box, #shelf-scope, #rows, #reader, #engine";
  const triggers = {}, early = {};

  // An event of a component. What is pressed before Gradio has set the component up waits until it has.
  function fire(id, act, data) {
    if (triggers[id]) triggers[id](act, data);
    else (early[id] ||= []).push([act, data]);
  }

  // Views and the panel

  function view(name) {
    document.body.dataset.view = name;
    side("");
    markTabs();
  }

  // On narrow screens the side is a drawer.
  function side(state) {
    document.body.dataset.side = state;
    const button = $(".menu-button");
    if (button) button.setAttribute("aria-expanded", state === "open");
  }

  function markTabs() {
    for (const tab of document.querySelectorAll(".tab"))
      tab.setAttribute("aria-current", tab.dataset.view === (document.body.dataset.view || "ask") ? "page" : "false");
  }

  function showSource(id) {
    const card = document.getElementById(id);
    if (!card) return;
    hidePeek();
    follow(card.closest(".cards").dataset.n);
    markCard(card);
    document.body.dataset.panel = "open";
    const cards = [...card.closest(".cards").querySelectorAll(".quote")], at = $(".sources .at");
    if (at) at.textContent = `${cards.indexOf(card) + 1} of ${cards.length}`;
    const panel = $("#panel"), bar = $(".sources .bar");
    const whole = card.closest(".card"), first = $(".quote", whole) === card;
    const top = (first ? whole : card).getBoundingClientRect().top - panel.getBoundingClientRect().top + panel.scrollTop;
    panel.scrollTo({ top: top - (bar ? bar.offsetHeight : 0) - 12, behavior: still() ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  }

  // The sources of one answer are shown: of the one in view, or the one whose marker was pressed.
  function follow(n) {
    const all = [...document.querySelectorAll("#panel .cards")];
    if (!all.some((cards) => cards.dataset.n === n)) return;
    for (const cards of all) cards.hidden = cards.dataset.n !== n;
  }

  function followView() {
    const thread = $("#thread"), middle = thread.getBoundingClientRect().top + thread.clientHeight / 2;
    const seen = [...thread.querySelectorAll(".exchange")].filter((e) => e.getBoundingClientRect().top < middle).pop();
    if (seen && !$("#panel").contains(document.activeElement)) follow(seen.dataset.n);
  }

  // The quote that a marker leads to, beside the marker, while it is pointed at or has the focus.
  function showPeek(marker) {
    const mark = $("mark", document.getElementById(marker.hash.slice(1)) || document.createElement("i"));
    if (!mark) return;
    const from = $(".from", mark.closest(".card")), peek = made('<div class="peek" id="peek" role="tooltip"><p dir="auto"></p><small></small></div>');
    hidePeek();
    $("p", peek).textContent = mark.textContent;
    $("small", peek).textContent = [...from.querySelectorAll(".outlet, time, .nodate")].map((e) => e.textContent).join(", ");
    $("main").append(peek);
    marker.setAttribute("aria-describedby", "peek");
    const at = marker.getBoundingClientRect(), size = peek.getBoundingClientRect();
    peek.style.left = `${Math.max(8, Math.min(at.left - 20, innerWidth - size.width - 8))}px`;
    peek.style.top = `${at.top - size.height - 8 > 0 ? at.top - size.height - 8 : at.bottom + 8}px`;
  }

  function hidePeek() {
    const peek = $("#peek");
    if (peek) peek.remove();
    for (const marker of document.querySelectorAll("[aria-describedby=peek]")) marker.removeAttribute("aria-describedby");
  }

  for (const name of ["mouseover", "focusin"])
    document.addEventListener(name, (e) => {
      const marker = e.target.closest && e.target.closest("a.marker, a.dot");
      if (marker && (name === "mouseover" || marker.matches(":focus-visible"))) showPeek(marker);
      else if (!e.target.closest("#peek")) hidePeek();
    });
  for (const name of ["focusout", "scroll"]) document.addEventListener(name, hidePeek, true);

  // The quote that is looked at, and the markers that lead to it.
  function markCard(card) {
    document.querySelectorAll(".quote.current, .marker.current").forEach((e) => e.classList.remove("current"));
    if (!card) return;
    card.classList.add("current");
    document.querySelectorAll(`a.marker[href="#${card.id}"]`).forEach((m) => m.classList.add("current"));
  }

  function step(by) {
    const now = $(".quote.current");
    const cards = [...((now && now.closest(".cards")) || $("#panel .cards:not([hidden])") || document).querySelectorAll(".quote")];
    if (!cards.length) return;
    const at = now ? cards.indexOf(now) + by : 0;
    showSource(cards[(at + cards.length) % cards.length].id);
  }

  function closePanel() {
    const card = $(".quote.current");
    document.body.dataset.panel = "";
    if (!card) return;
    markCard(null);
    const marker = [...document.querySelectorAll(`a.marker[href="#${card.id}"]`)].find((m) => m.offsetParent);
    if (marker) marker.focus();
  }

  function closeMenus(but) {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (menu !== but) {
        if (menu.contains(document.activeElement)) $("summary", menu).focus();
        menu.open = false;
      }
  }

  function question() {
    view("ask");
    $("#ask textarea").focus();
  }

  // What buttons do here rather than at the server. Each gets the button, its data and what sends an event.
  const here = {
    view: (b, d) => view(d.view),
    question,
    theme: () => {
      const dark = document.body.classList.toggle("dark");
      localStorage.setItem("rashomon-theme", dark ? "dark" : "light");
    },
    menu: () => side(document.body.dataset.side === "open" ? "" : "open"),
    sources: (b, d) => { const first = $(`[id^="source-${d.n}-"]`); if (first) showSource(first.id); },
    previous: () => step(-1),
    next: () => step(1),
    closepanel: closePanel,
    closesheet: (b) => b.closest("dialog").close(),
    read: (b, d, send) => send("expand", d),
    engine: (b, d, send) => {
      side("");
      const dialog = $("#engine dialog");
      $(".content", dialog).innerHTML = dialog.first;
      if (!dialog.open) dialog.showModal();
      send("expand", d);
    },
    more: (b, d, send) => send("apply", d),
    edit: (b, d, send) => { send("edit", d); question(); },
    type: (b, d) => { const field = $("#engine-name"); field.value = d.begin; field.focus(); },
    delete: async (b, d, send) => {
      if (await confirmed("Delete this conversation?", $(".open", b.closest("li")).textContent, "Delete")) send("delete", d);
    },
    rename: async (b, d, send) => {
      const title = await confirmed("Rename this conversation", "", "Rename", $(".open", b.closest("li")).textContent);
      if (title !== false) send("edit", { ...d, title });
    },
    cite: (b, d, send) => send("copy", d),
    pickall: () => {
      for (const box of document.querySelectorAll("#rows .pick")) box.checked = true;
      countPicked();
    },
    removeall: async (b, d, send) => {
      const articles = picked();
      if (await confirmed(`Remove ${articles.length === 1 ? "1 article" : `${articles.length} articles`} from the collection?`, "Uploaded files go with them; files in your folders stay.", "Remove"))
        send("delete", { articles });
    },
    remove: async (b, d, send) => {
      const title = $("h2", b.closest(".reader")).textContent;
      if (!(await confirmed("Remove this article from the collection?", title, "Remove"))) return;
      b.closest("dialog").close();
      say("Removing…");
      send("delete", d);
    },
    leave: async (b) => {
      if (await confirmed("Open this page on the web?", b.href, "Open")) window.open(b.href, "_blank", "noopener,noreferrer");
    },
  };
  const picked = () => [...document.querySelectorAll("#rows .pick:checked")].map((box) => box.value);
  let ticked = [];
  function countPicked() {
    const bulk = $("#rows .bulk");
    ticked = picked();
    if (!bulk) return;
    bulk.hidden = !ticked.length;
    $(".picked", bulk).textContent = `${ticked.length} chosen`;
  }
  document.addEventListener("change", (e) => { if (e.target.matches(".pick")) countPicked(); });
  document.addEventListener("input", (e) => {
    if (e.target.id !== "find-talk") return;
    const words = e.target.value.toLowerCase().split(/\s+/);
    for (const item of document.querySelectorAll(".kept li"))
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    for (const list of document.querySelectorAll(".kept"))
      list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])");
  });
  const working = () => $(".reply[aria-busy]");

  document.addEventListener("click", (e) => {
    const marker = e.target.closest("a.marker, a.dot");
    if (marker && marker.hash) { e.preventDefault(); showSource(marker.hash.slice(1)); return; }
    const number = e.target.closest("a.number");
    if (number) {
      e.preventDefault();
      document.body.dataset.panel = "";
      const answer = document.getElementById(number.hash.slice(1));
      if (answer) answer.scrollIntoView({ block: "start" });
    }
    closeMenus(e.target.closest("details.menu"));
    if (document.body.dataset.side === "open" && !e.target.closest("#side")) side("");
    const b = e.target.closest("[data-act]"), part = b && b.closest(PARTS);
    if (!part || b.tagName === "FORM") return;
    e.preventDefault();
    const { act, ...data } = b.dataset;
    if (working() && (act === "retry" || act === "edit" || (act === "select" && data.question)))
      return say("The last question is still being answered. Stop it first.");
    closeMenus();
    if (act === "select" || act === "clear") side("");
    if (act === "select" && data.question) { view("ask"); fire("thread", act, data); }
    else if (here[act]) here[act](b, data, (name, d) => fire(part.id, name, d));
    else fire(part.id, act, data);
    if ((act === "select" && data.id) || (act === "clear" && part.id === "side")) question();
  });

  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-act]"), part = form && form.closest(PARTS);
    if (!part) return;
    e.preventDefault();
    const { act, ...data } = form.dataset, fields = new FormData(form);
    for (const name of new Set(fields.keys())) {
      const several = fields.getAll(name);
      data[name] = several.length > 1 ? several : several[0];
    }
    if (act === "edit") {
      data.changed = {};
      for (const input of form.querySelectorAll("input[data-before]"))
        if (input.value !== input.dataset.before) data.changed[input.name] = input.value;
      if (!Object.keys(data.changed).length) return say("Nothing was changed.");
    }
    closeMenus();
    fire(part.id, act, data);
    if (act === "submit") form.reset();
  });

  // What a reader folded out stays so when the answer is drawn anew.
  const folded = {};
  document.addEventListener("toggle", (e) => { if (e.target.dataset?.keep) folded[e.target.dataset.keep] = e.target.open; }, true);
  function unfold(element) {
    for (const d of element.querySelectorAll("details[data-keep]")) if (folded[d.dataset.keep]) d.open = true;
  }

  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input, textarea, [contenteditable]");
    if ($("dialog[open]")) return;
    if (e.key === "Escape") {
      if ($("details.menu[open]")) closeMenus();
      else if ($("#peek")) hidePeek();
      else if (document.body.dataset.panel === "open") closePanel();
      side("");
    }
    const kept = e.target.closest(".kept .open");
    if (kept && (e.key === "F2" || e.key === "Delete")) {
      e.preventDefault();
      $(`[data-act=${e.key === "F2" ? "rename" : "delete"}]`, kept.parentElement).click();
    }
    const box = e.target.closest(".boxes input"), way = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (box && way) {
      const boxes = [...box.closest(".boxes").querySelectorAll("input")], next = boxes.at((boxes.indexOf(box) + way) % boxes.length);
      e.preventDefault();
      box.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "/") { e.preventDefault(); question(); }
    if (e.key === "]" || e.key === "[") step(e.key === "]" ? 1 : -1);
  });

  // A new question comes to the top of the view once; the reader's own scrolling is left alone after that.
  let exchanges = 0;
  const drawn = {
    thread(element) {
      const now = element.querySelectorAll(".exchange"), talk = $(".thread", element);
      if (talk) sessionStorage.setItem("rashomon-conversation", talk.dataset.id);
      unfold(element);
      drawn.side();
      if (now.length > exchanges) now[now.length - 1].scrollIntoView({ block: "start", behavior: "auto" });
      exchanges = now.length;
    },
    panel() { if (!$(".quote.current")) followView(); },
    // Gradio keeps the elements and puts other values into them: a tick is its article's, not its place's.
    rows(element) {
      for (const box of element.querySelectorAll(".pick")) box.checked = ticked.includes(box.value);
      countPicked();
    },
    scope: (element) => $(".filter form", element)?.reset(),
    "shelf-scope": (element) => $(".filter form", element)?.reset(),
    side() {
      markTabs();
      const id = sessionStorage.getItem("rashomon-conversation");
      for (const item of document.querySelectorAll(".kept li"))
        item.toggleAttribute("data-current", item.dataset.id === id);
    },
  };

  window.rashomon.view = view;
  window.rashomon.attach = (id, element, trigger, props, watch, upload) => {
    triggers[id] = trigger;
    if (parts[id]) parts[id](element, (act, data) => fire(id, act, data), props, watch, upload);
    if (!document.body.dataset.view) view("ask");
    if (drawn[id]) watch("value", () => drawn[id](element));
    if (id === "side") markTabs();
    if (id === "thread") $("#thread").addEventListener("scroll", followView, { passive: true });
    for (const [act, data] of early[id] || []) trigger(act, data);
    delete early[id];
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.lang = "en";
    const chosen = localStorage.getItem("rashomon-theme");
    if (chosen) new MutationObserver((_, seen) => { document.body.classList.toggle("dark", chosen === "dark"); seen.disconnect(); })
      .observe(document.body, { childList: true, subtree: true });
  });
})();
