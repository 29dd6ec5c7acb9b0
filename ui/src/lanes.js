// bpmn-js lists a node in every lane around it; our diagrams list it in the innermost one, unless they did so before.

function lanesOf(process) {
  const found = [];
  const visit = (set) => {
    for (const lane of set?.lanes ?? []) {
      found.push(lane);
      visit(lane.childLaneSet);
    }
  };
  for (const set of process?.laneSets ?? []) visit(set);
  return found;
}

function below(lane) {
  const found = new Set();
  const visit = (set) => {
    for (const each of set?.lanes ?? []) {
      for (const node of each.flowNodeRef ?? []) found.add(node);
      visit(each.childLaneSet);
    }
  };
  visit(lane.childLaneSet);
  return found;
}

export function refsOfLanes(process) {
  return new Map(lanesOf(process).map((lane) => [lane.id, new Set((lane.flowNodeRef ?? []).map((node) => node.id))]));
}

// Takes the doubled references away for a moment; answers how to put them back.
export function innerLanesOnly(process, before) {
  const kept = lanesOf(process)
    .filter((lane) => lane.childLaneSet && lane.flowNodeRef)
    .map((lane) => [lane, lane.flowNodeRef]);
  for (const [lane, refs] of kept) {
    const inner = below(lane);
    lane.flowNodeRef = refs.filter((node) => !inner.has(node) || before.get(lane.id)?.has(node.id));
  }
  return () => {
    for (const [lane, refs] of kept) lane.flowNodeRef = refs;
  };
}
