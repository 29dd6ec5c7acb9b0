/* Forms: hides what is not asked, adds and removes rows in place, keeps the draft, sends once. Everything works without it. */
"use strict";

(() => {
  const IDLE = 5000;

  /* ---------- conditions: the portable part of FEEL, null is the third truth value ---------- */
  const same = (a, b) => {
    if (a === null || b === null) return a === b;
    if (typeof a !== typeof b || Array.isArray(a) !== Array.isArray(b)) return null;
    if (Array.isArray(a)) return a.length === b.length && a.every((each, n) => same(each, b[n]) === true);
    return a === b;
  };
  const order = (a, b) => {
    const comparable = typeof a === typeof b && (typeof a === "number" || typeof a === "string");
    return comparable ? Math.sign(a > b ? 1 : a < b ? -1 : 0) : null;
  };
  const not = (value) => (typeof value === "boolean" ? !value : null);
  const compare = (operator, a, b) => {
    if (operator === "=") return same(a, b);
    if (operator === "!=") return not(same(a, b));
    const sign = order(a, b);
    if (sign === null) return null;
    return { "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[operator];
  };
  const list = (value) => (Array.isArray(value) ? value : [value]);
  const known = (answers, name) => (Object.hasOwn(answers, name) ? answers[name] : null);
  const evaluate = ([head, ...parts], answers) => {
    if (head === "value") return parts[0];
    if (head === "name") return known(answers, parts[0]);
    if (head === "is defined") return parts[0][0] === "name" ? Object.hasOwn(answers, parts[0][1]) : evaluate(parts[0], answers) !== null;
    const values = parts.map((part) => evaluate(part, answers));
    const [a, b] = values;
    switch (head) {
      case "list": return values;
      case "and": return a === false || b === false ? false : a === true && b === true ? true : null;
      case "or": return a === true || b === true ? true : a === false && b === false ? false : null;
      case "not": return not(a);
      case "count": return a === null ? null : list(a).length;
      case "list contains": return a === null ? null : list(a).some((each) => same(each, b) === true);
      default: return compare(head, a, b);
    }
  };

  /* ---------- answers as the server will read them ---------- */
  const fieldsOf = (scope) => [...scope.querySelectorAll("[data-key]")].filter((field) => rowOf(field) === (scope.matches("[data-row]") ? scope : null));
  const rowOf = (element) => element.parentElement.closest("[data-row]");
  const controls = (field) => [...field.querySelectorAll("input, select, textarea")].filter((control) => control.closest("[data-key]") === field);
  const text = (control) => (control && control.value.trim() !== "" ? control.value.trim() : null);
  const readers = {
    radio: (all) => text(all.find((control) => control.checked)),
    checkbox: ([control]) => control.checked,
    checklist: (all) => all.filter((control) => control.checked).map((control) => control.value),
    number: ([control]) => {
      const value = text(control)?.replace(/[\s\u00a0]/g, "").replace(",", ".");
      return value && Number.isFinite(Number(value)) ? Number(value) : null;
    },
    datetime: (all) => {
      const part = Object.fromEntries(all.map((control) => [control.dataset.part, control.value.trim()]));
      const day = part.year && part.month && part.day ? `${part.year}-${part.month.padStart(2, "0")}-${part.day.padStart(2, "0")}` : "";
      const moment = "time" in part && "year" in part ? day && part.time && `${day}T${part.time}` : day || part.time;
      return moment || null;
    },
    files: (all) => all.filter((control) => control.type === "hidden").map((control) => control.value),
    rows: (_, field) => [...field.querySelectorAll(":scope > [data-row]")].map((row) => answersOf(row)),
  };
  const valueOf = (field) => (readers[field.dataset.kind] ?? (([control]) => text(control)))(controls(field), field);
  const answersOf = (scope) => Object.fromEntries(fieldsOf(scope).map((field) => [field.dataset.key, valueOf(field)]));

  const showWhatIsAsked = (scope, around) => {
    const row = scope.matches("[data-row]") ? scope : null;
    const answers = { ...around, ...answersOf(scope) };
    const conditional = [...scope.querySelectorAll("[data-hide]")].filter((field) => rowOf(field) === row);
    /* A hidden answer counts as not given, which may hide others: conditions have no circles, so this ends. */
    for (let changed = true, left = conditional.length + 1; changed && left > 0; left--) {
      changed = false;
      for (const field of conditional) {
        const hidden = evaluate(JSON.parse(field.dataset.hide), answers) === true;
        if (field.dataset.key && hidden && answers[field.dataset.key] !== null) {
          answers[field.dataset.key] = null;
          changed = true;
        }
        field.hidden = hidden;
      }
    }
    if (!row) for (const each of scope.querySelectorAll("[data-row]")) showWhatIsAsked(each, answers);
  };

  /* ---------- one form ---------- */
  const start = (form) => {
    const words = form.querySelector("template[data-words]").dataset;
    const status = form.querySelector(".saved[role=status]");
    const say = (sentence) => {
      if (!status) return;
      status.hidden = false;
      status.textContent = sentence;
    };
    const numbered = (sentence, number) => sentence.replace("{number}", number);
    const refresh = () => showWhatIsAsked(form, {});

    /* drafts */
    let changes = 0;
    let kept = 0;
    let sending = false;
    let timer = 0;
    const keepsDrafts = Boolean(form.dataset.draftUrl && status);
    const body = () => {
      const data = new FormData();
      for (const [name, value] of new FormData(form)) if (!(value instanceof File)) data.append(name, value);
      return data;
    };
    const keep = async () => {
      clearTimeout(timer);
      if (!keepsDrafts || sending || kept === changes) return;
      const upTo = changes;
      say(words.saving);
      try {
        const answer = await fetch(form.dataset.draftUrl, {
          method: "POST",
          body: body(),
          headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]")?.content ?? "", Accept: "application/json" },
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { saved, place } = await answer.json();
        kept = Math.max(kept, upTo);
        say([words.saved.replace("{hour}", saved), place].filter(Boolean).join(" "));
      } catch {
        say(words.notSaved);
        later();
      }
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(keep, IDLE);
    };
    const changed = () => {
      changes += 1;
      refresh();
      later();
    };
    form.addEventListener("input", changed);
    form.addEventListener("focusout", (event) => {
      if (event.target.matches("input, select, textarea")) keep();
    });
    addEventListener("beforeunload", (event) => {
      if (!sending && kept !== changes) event.preventDefault();
    });

    /* rows */
    const retitle = (group) => {
      group.querySelectorAll(":scope > [data-row]").forEach((row, n) => {
        row.querySelector("[data-row-title]").textContent = numbered(words.rowName, n + 1);
        row.querySelector(":scope > button[name^='_remove:']")?.setAttribute("aria-label", numbered(words.removeRow, n + 1));
      });
    };
    const addRow = (group, button) => {
      const name = group.dataset.rows;
      const used = [...group.querySelectorAll(":scope > [data-row] > input[type=hidden]")].map((marker) => Number(marker.name.slice(name.length + 1).split("-")[0]));
      const row = group.querySelector(":scope > template[data-blank]").content.firstElementChild.cloneNode(true);
      const number = Math.max(-1, ...used) + 1;
      for (const element of row.querySelectorAll("*")) {
        for (const attribute of ["id", "name", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replaceAll(`${name}-N-`, `${name}-${number}-`).replace(`${name}:N`, `${name}:${number}`));
        }
      }
      button.before(row);
      retitle(group);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      return numbered(words.rowAdded, group.querySelectorAll(":scope > [data-row]").length);
    };
    const removeRow = (group, row) => {
      row.remove();
      retitle(group);
      group.querySelector(":scope > button[name^='_add:']").focus();
      return words.rowRemoved;
    };
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const group = button?.closest("[data-rows]");
      if (!group || !/^_(add|remove):/.test(button.name)) return;
      event.preventDefault();
      const told = button.name.startsWith("_add:") ? addRow(group, button) : removeRow(group, button.closest("[data-row]"));
      changed();
      say(told);
    });

    /* sending once */
    form.addEventListener("submit", (event) => {
      if (sending) {
        event.preventDefault();
        return;
      }
      sending = true;
      clearTimeout(timer);
      const pressed = event.submitter?.matches(".vh") ? form.querySelector(".btn.main") : event.submitter;
      pressed?.setAttribute("aria-busy", "true");
    });
    addEventListener("pageshow", () => {
      sending = false;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
    refresh();
  };

  document.querySelectorAll("form template[data-words]").forEach((words) => start(words.closest("form")));
  document.querySelector(".summary")?.focus();
})();
