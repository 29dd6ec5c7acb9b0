// What a diagram says beside BPMN: read and written without a schema, so that nothing unknown is lost.

export const SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core";
const PREFIX = "spiffworkflow";

function local(node) {
  return node.$type.split(":").pop();
}

function isOurs(node) {
  const descriptor = node.$descriptor;
  return (descriptor?.ns?.uri ?? descriptor?.ns?.localUri) === SPIFF || node.$type.startsWith(`${PREFIX}:`);
}

export class Extensions {
  constructor(modeler) {
    this.moddle = modeler.get("moddle");
    this.factory = modeler.get("bpmnFactory");
    this.modeling = modeler.get("modeling");
  }

  values(moddle) {
    return moddle.extensionElements?.values ?? [];
  }

  find(moddle, name) {
    return this.values(moddle).find((each) => isOurs(each) && local(each) === name);
  }

  property(moddle, name) {
    const found = this.find(moddle, "properties")?.$children?.filter((each) => each.name === name);
    return found?.length ? found[found.length - 1].value : "";
  }

  make(name, attributes = {}, children = [], body = undefined) {
    const node = this.moddle.createAny(`${PREFIX}:${name}`, SPIFF, { ...attributes });
    if (children.length) node.$children = children;
    for (const child of children) child.$parent = node;
    if (body !== undefined) node.$body = body;
    return node;
  }

  copy(node) {
    const { $type, $children, $body, $descriptor, $parent, $model, ...attributes } = node;
    const made = this.moddle.createAny($type, $descriptor?.ns?.uri ?? SPIFF, attributes);
    if ($body !== undefined) made.$body = $body;
    if ($children) {
      made.$children = $children.map((child) => this.copy(child));
      for (const child of made.$children) child.$parent = made;
    }
    return made;
  }

  // One extension element of ours replaced (null: taken away); an undoable command on `element`.
  replace(element, moddle, name, made) {
    const rest = this.values(moddle);
    const old = this.find(moddle, name);
    let values = old ? rest.map((each) => (each === old ? made : each)) : [...rest, made];
    values = values.filter((each) => each !== null);
    const holder = moddle.extensionElements;
    if (!holder) {
      const created = this.factory.create("bpmn:ExtensionElements", { values });
      created.$parent = moddle;
      for (const each of values) each.$parent = created;
      this.modeling.updateModdleProperties(element, moddle, { extensionElements: created });
    } else if (!values.length) {
      this.modeling.updateModdleProperties(element, moddle, { extensionElements: undefined });
    } else {
      for (const each of values) each.$parent = holder;
      this.modeling.updateModdleProperties(element, holder, { values });
    }
  }

  setProperty(element, moddle, name, value) {
    if (this.property(moddle, name) === value) return;
    const old = this.find(moddle, "properties");
    const children = (old?.$children ?? []).map((each) => this.copy(each));
    const known = children.find((each) => each.name === name);
    let next = children;
    if (!value) next = children.filter((each) => each.name !== name);
    else if (known) known.value = value;
    else next = [...children, this.make("property", { name, value })];
    this.replace(element, moddle, "properties", next.length ? this.make("properties", {}, next) : null);
  }

  operator(moddle) {
    const found = this.find(moddle, "serviceTaskOperator");
    const holder = found?.$children?.find((each) => local(each) === "parameters");
    const parameters = {};
    for (const each of holder?.$children ?? []) parameters[each.id] = each.value;
    return { id: found?.id ?? "", result: found?.resultVariable ?? "", parameters };
  }

  setOperator(element, moddle, { id, result, parameters }) {
    const children = Object.entries(parameters)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => this.make("parameter", { id: name, type: "any", value }));
    const attributes = { id, ...(result ? { resultVariable: result } : {}) };
    const made = this.make("serviceTaskOperator", attributes, [this.make("parameters", {}, children)]);
    this.replace(element, moddle, "serviceTaskOperator", id ? made : null);
  }

  text(moddle, name) {
    return this.find(moddle, name)?.$body ?? "";
  }

  setText(element, moddle, name, body) {
    if (this.text(moddle, name) === body) return;
    this.replace(element, moddle, name, body ? this.make(name, {}, [], body) : null);
  }
}

// Copying and changing the type of an element must not lose what only others understand.
export function KeepUnknown(eventBus, moddle) {
  const holder = { moddle, copy: (node) => Extensions.prototype.copy.call(holder, node) };
  eventBus.on("moddleCopy.canCopyProperty", 2000, ({ property, propertyName }) => {
    if (propertyName === "values" && property?.$type && property.$descriptor?.isGeneric) return holder.copy(property);
  });
}
KeepUnknown.$inject = ["eventBus", "moddle"];
