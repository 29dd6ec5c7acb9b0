// Elements made in one line, and the fields of the panel.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = node.shown = value;
    else if (name === "checked") node.checked = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let last = 0;

function labelled(label, hint, make, { name = "", optional = false } = {}) {
  const id = `f${++last}`;
  const hintId = `${id}-h`;
  const control = make({ id, "aria-describedby": hint ? hintId : undefined, "data-field": name || label });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label, optional ? h("span", { class: "muted" }, ` (${optional})`) : null),
    hint ? h("span", { class: "hint", id: hintId }, hint) : null,
    control,
  );
}

export function textField({ label, value, save, hint, name, lang, rows, list, optional, code, required }) {
  return labelled(
    label,
    hint,
    (more) =>
      h(rows ? "textarea" : "input", {
        ...more,
        rows,
        lang,
        list,
        type: rows ? undefined : "text",
        class: code ? "code" : undefined,
        spellcheck: code ? "false" : undefined,
        autocomplete: "off",
        "aria-required": required ? "true" : undefined,
        value: value ?? "",
        onchange: (event) => save(event.target.value.trim()),
      }),
    { name, optional },
  );
}

export function numberField({ label, value, save, hint, name, min = 0 }) {
  return labelled(
    label,
    hint,
    (more) =>
      h("input", { ...more, type: "number", min, value: value ?? "", onchange: (event) => save(event.target.value) }),
    { name },
  );
}

// `options` are [value, words] pairs, or {group, options}.
export function choiceField({ label, value, options, save, hint, name, optional }) {
  const known = options.flatMap((each) => (each.options ? each.options : [each])).some(([one]) => one === (value ?? ""));
  const shown = known ? options : [...options, [value, value]];
  const option = ([one, words]) => h("option", { value: one, selected: one === (value ?? "") }, words);
  return labelled(
    label,
    hint,
    (more) =>
      h(
        "select",
        { ...more, onchange: (event) => save(event.target.value) },
        shown.map((each) => (each.options ? h("optgroup", { label: each.group }, each.options.map(option)) : option(each))),
      ),
    { name, optional },
  );
}

export function tick({ label, value, save, name }) {
  return h(
    "div",
    { class: "field" },
    h(
      "label",
      { class: "tick" },
      h("input", {
        type: "checkbox",
        "data-field": name || label,
        checked: value,
        onchange: (event) => save(event.target.checked),
      }),
      " ",
      label,
    ),
  );
}

export function button(words, press, more = {}) {
  return h("button", { type: "button", class: "btn small", onclick: press, ...more }, words);
}

export function section(title, ...content) {
  return h("section", { class: "panel-part" }, h("h3", {}, title), ...content);
}

export function details(title, name, open, ...content) {
  return h("details", { class: "why", "data-fold": name, open }, h("summary", {}, title), ...content);
}

export function download(name, content, type) {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A dialog that answers with what `read` gives when it is confirmed, null when it is left.
export function ask({ title, content, confirm, cancel, read, wide }) {
  return new Promise((resolve) => {
    const problem = h("p", { class: "error", role: "alert", hidden: true });
    const form = h(
      "form",
      { method: "dialog", novalidate: true },
      h("h2", { id: "ask-title" }, title),
      content,
      problem,
      h(
        "p",
        { class: "row below" },
        h("button", { class: "btn main", type: "submit" }, confirm),
        h("button", { class: "btn", type: "button", onclick: () => dialog.close() }, cancel),
      ),
    );
    const dialog = h("dialog", { class: wide ? "ask wide" : "ask", "aria-labelledby": "ask-title" }, form);
    let answer = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        answer = await read();
        dialog.close();
      } catch (refused) {
        problem.hidden = false;
        problem.textContent = refused.message;
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
