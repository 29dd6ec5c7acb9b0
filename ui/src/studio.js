// The editor of one process: the drawing, its properties, its draft.

import Modeler from "bpmn-js/lib/Modeler";
import minimapModule from "diagram-js-minimap";
import tokenSimulationModule from "bpmn-js-token-simulation";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { download } from "./dom.js";
import { setWords, t, tell } from "./words.js";
import { Extensions, KeepUnknown } from "./extensions.js";
import { InsertStep } from "./insert.js";
import { Panel } from "./panel.js";
import { Problems } from "./problems.js";
import { Draft } from "./draft.js";
import { anchorsOf } from "./facts.js";
import { innerLanesOnly, refsOfLanes } from "./lanes.js";
import { freeId } from "./ids.js";
import { Tokens } from "./tokens.js";
import { read } from "./server.js";
import { translation } from "./translate.js";

import "diagram-js/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css";
import "./studio.css";

// References that the drawing itself needs; those must be found.
const DRAWN = new Set(["sourceRef", "targetRef", "incoming", "outgoing", "flowNodeRef", "bpmnElement", "attachedToRef", "processRef"]);

class Studio {
  constructor(desk, opened) {
    this.places = { ...desk.dataset };
    this.words = opened.words;
    this.catalogue = opened.catalogue;
    this.forms = opened.forms;
    this.formsChanged = false;
    this.source = opened.diagram;
    this.file = `${opened.process}.bpmn`;
    this.name = opened.process;
    this.timerChoice = new WeakMap();
    this.modeler = new Modeler({
      container: document.getElementById("studio-canvas"),
      additionalModules: [
        minimapModule,
        tokenSimulationModule,
        { __init__: ["keepUnknown", "insertStep"], keepUnknown: ["type", KeepUnknown], insertStep: ["type", InsertStep] },
        { translate: ["value", translation(opened.language)] },
      ],
    });
    for (const part of ["eventBus", "modeling", "overlays", "elementRegistry", "canvas", "commandStack", "selection"]) {
      this[part] = this.modeler.get(part);
    }
    this.extensions = new Extensions(this.modeler);
    this.problems = new Problems(this);
    this.draft = new Draft(this, opened);
  }

  async open(opened) {
    this.eventBus.once("import.parse.complete", (found) => this.keepReferences(found));
    await this.modeler.importXML(opened.diagram);
    this.laneRefs = refsOfLanes(this.process());
    this.canvas.zoom("fit-viewport", "auto");
    if (this.canvas.zoom() < 0.35) this.readable();
    this.panel = new Panel(document.getElementById("studio-panel"), this);
    this.panel.show([]);
    this.problems.show(opened.problems);
    this.draft.tell(opened.revision ? t("saved_at", { moment: opened.saved_at }) : t("as_published"), "ok");
    this.eventBus.on("commandStack.changed", ({ trigger }) => {
      if (trigger !== "clear") this.draft.touch();
      this.tools();
    });
    this.tools();
  }

  // What refers to something outside the diagram would be lost on saving.
  keepReferences({ references = [], elementsById = {} }) {
    for (const { element, property, id } of references) {
      if (elementsById[id] || DRAWN.has(property.split(":").pop())) continue;
      if (!element.$descriptor.propertiesByName[property]?.isMany) element.set(property, this.stub(id));
    }
  }

  // The beginning of the process at a size that can be read.
  readable() {
    const start = this.elementRegistry.find((element) => element.type === "bpmn:StartEvent" && element.parent);
    this.canvas.zoom(0.7);
    if (start) this.canvas.scrollToElement(start, { top: 120, left: 200, right: 400, bottom: 200 });
  }

  // The text as it was opened while nothing has been changed, otherwise as it is drawn.
  async text() {
    if (!this.commandStack.canUndo()) return this.source;
    const restore = innerLanesOnly(this.process(), this.laneRefs);
    try {
      return (await this.modeler.saveXML({ format: true })).xml;
    } finally {
      restore();
    }
  }

  process() {
    const root = this.canvas.getRootElement().businessObject;
    if (is(root, "bpmn:Collaboration")) return root.participants?.find((each) => each.processRef)?.processRef;
    return is(root, "bpmn:Process") ? root : undefined;
  }

  processElement() {
    return this.canvas.getRootElement();
  }

  // The name as the page's reader knows it.
  nameOf(moddle) {
    const own = (name) => this.extensions.property(moddle, name);
    return tell({ kk: own("name_kk"), ru: moddle.name, en: own("name_en") });
  }

  select(id) {
    const element = this.elementRegistry.get(id);
    if (!element) return;
    this.canvas.scrollToElement(element, 160);
    this.selection.select(element);
    document.querySelector("#studio-panel [data-field]")?.focus();
  }

  update(element, moddle, properties) {
    this.modeling.updateModdleProperties(element, moddle, properties);
  }

  setName(element, moddle, name) {
    if (element.businessObject !== moddle) {
      this.update(element, moddle, { name });
      return;
    }
    const id = freeId(moddle, name, this.modeler.get("moddle").ids);
    this.modeling.updateProperties(element, id ? { name, id } : { name });
  }

  setDocumentation(element, moddle, text) {
    const made = text ? [this.create("bpmn:Documentation", { text }, moddle)] : [];
    this.update(element, moddle, { documentation: [...made, ...(moddle.documentation ?? []).slice(1)] });
  }

  setId(element, moddle, id) {
    const ids = this.modeler.get("moddle").ids;
    if (id === moddle.id) return;
    if (!/^[A-Za-z_][\w.-]*$/.test(id) || ids.assigned(id)) {
      this.say(t("id_wrong", { id }));
      this.panel.refresh();
      return;
    }
    if (element.businessObject === moddle) this.modeling.updateProperties(element, { id });
  }

  create(type, properties, parent) {
    const made = this.modeler.get("bpmnFactory").create(type, properties);
    made.$parent = parent;
    return made;
  }

  setExpression(element, moddle, name, body) {
    const made = body ? this.create("bpmn:FormalExpression", { body }, moddle) : undefined;
    if ((moddle[name]?.body ?? "") === body) return;
    this.update(element, moddle, { [name]: made });
  }

  setTimer(element, definition, name, body) {
    const made = body ? this.create("bpmn:FormalExpression", { body }, definition) : undefined;
    this.update(element, definition, { timeDate: undefined, timeDuration: undefined, timeCycle: undefined, [name]: made });
  }

  setRepetition(element, moddle, kind) {
    const loop = moddle.loopCharacteristics;
    let made;
    if (kind === "loop") made = this.create("bpmn:StandardLoopCharacteristics", {}, moddle);
    else if (kind && loop?.$type === "bpmn:MultiInstanceLoopCharacteristics") {
      this.update(element, loop, { isSequential: kind === "sequential" });
      return;
    } else if (kind) made = this.create("bpmn:MultiInstanceLoopCharacteristics", { isSequential: kind === "sequential" }, moddle);
    this.modeling.updateProperties(element, { loopCharacteristics: made });
  }

  setDataRef(element, loop, name, value) {
    this.update(element, loop, { [name]: value ? this.stub(value) : undefined });
  }

  // A name that stands where BPMN wants a reference.
  stub(id) {
    return this.modeler.get("moddle").create("bpmn:Property", { id });
  }

  setDataItem(element, loop, name, value) {
    const made = value ? this.create("bpmn:DataInput", { id: value, name: value }, loop) : undefined;
    this.update(element, loop, { [name]: made });
  }

  definitions() {
    return this.modeler.getDefinitions();
  }

  rootElements(type) {
    return (this.definitions().rootElements ?? []).filter((each) => is(each, type));
  }

  addRootElement(element, holder, reference, type) {
    const word = type.split(":").pop().toLowerCase();
    const made = this.create(type, { name: `new.${word}` }, this.definitions());
    this.update(element, this.definitions(), { rootElements: [...this.definitions().rootElements, made] });
    this.update(element, holder, { [reference]: made });
  }

  keepForm(key, schema, then) {
    this.forms = { ...this.forms, [key]: schema };
    this.formsChanged = true;
    then();
    this.draft.touch();
    this.panel.refresh();
  }

  usualAnchor() {
    return anchorsOf(this.source, {})[0];
  }

  insertStep(flow) {
    this.selection.select(this.modeler.get("insertStep").into(flow));
  }

  say(words) {
    document.getElementById("studio-said").textContent = words;
  }

  tools() {
    for (const [act, able] of [["undo", this.commandStack.canUndo()], ["redo", this.commandStack.canRedo()]]) {
      document.querySelector(`[data-act=${act}]`).setAttribute("aria-disabled", String(!able));
    }
  }

  acts() {
    const zoom = (step) => this.modeler.get("zoomScroll").stepZoom(step);
    return {
      undo: () => this.commandStack.canUndo() && this.commandStack.undo(),
      redo: () => this.commandStack.canRedo() && this.commandStack.redo(),
      find: () => setTimeout(() => this.modeler.get("searchPad").toggle()), // a click outside would close it again
      fit: () => this.canvas.zoom("fit-viewport", "auto"),
      closer: () => zoom(1),
      farther: () => zoom(-1),
      map: () => this.modeler.get("minimap").toggle(),
      tokens: () => this.tokens.toggle(),
      picture: async () => download(`${this.name}.svg`, (await this.modeler.saveSVG()).svg, "image/svg+xml"),
      file: async () => download(`${this.name}.bpmn`, await this.text(), "application/xml"),
      publish: async () => (await this.draft.save()) && location.assign(this.places.publish),
    };
  }
}

async function begin() {
  const desk = document.getElementById("studio");
  const opened = await read(desk.dataset.workspace);
  setWords(opened.words, opened.language);
  const studio = new Studio(desk, opened);
  await studio.open(opened);
  studio.tokens = new Tokens(studio);
  const acts = studio.acts();
  for (const pressed of document.querySelectorAll("[data-act]")) {
    pressed.addEventListener("click", () => acts[pressed.dataset.act]());
  }
  document.getElementById("studio-canvas").setAttribute("aria-label", t("canvas", { name: tell(opened.name) }));
  desk.dataset.ready = "yes";
  window.studio = studio;
}

// On a phone the page says that it wants a wider screen; turned round or widened it begins.
const narrow = matchMedia("(max-width: 60rem)");
if (narrow.matches) narrow.addEventListener("change", begin, { once: true });
else begin();
