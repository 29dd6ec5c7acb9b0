// A user task put into a sequence flow: what follows makes room, one step to undo.

import { selfAndAllChildren } from "diagram-js/lib/util/Elements";

const ROOM = 170;
const NAME = "studio.insertStep";

export function InsertStep(commandStack) {
  commandStack.registerHandler(NAME, Handler);
  this.into = (flow) => {
    const context = { flow };
    commandStack.execute(NAME, context);
    return context.shape;
  };
}
InsertStep.$inject = ["commandStack"];

class Handler {
  constructor(modeling, elementFactory, spaceTool, canvas) {
    Object.assign(this, { modeling, elementFactory, spaceTool, canvas });
  }

  preExecute(context) {
    const { flow } = context;
    const start = flow.waypoints[0];
    const end = flow.waypoints[flow.waypoints.length - 1];
    const sideways = Math.abs(end.x - start.x) >= Math.abs(end.y - start.y);
    const gap = sideways ? end.x - start.x : end.y - start.y;
    const needed = sideways ? ROOM : ROOM - 20;
    if (gap > 0 && gap < needed) this.makeRoom(flow.source, sideways, needed - gap);
    const shape = this.elementFactory.createShape({ type: "bpmn:UserTask" });
    context.shape = this.modeling.createShape(shape, middleOf(flow.waypoints), flow);
  }

  makeRoom(source, sideways, delta) {
    const from = sideways ? source.x + source.width + 5 : source.y + source.height + 5;
    const all = selfAndAllChildren(this.canvas.getRootElement(), true);
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, sideways ? "x" : "y", delta, from);
    const move = sideways ? { x: delta, y: 0 } : { x: 0, y: delta };
    this.spaceTool.makeSpace(movingShapes, resizingShapes, move, sideways ? "e" : "s", from);
  }

  execute() {
    return [];
  }

  revert() {
    return [];
  }
}
Handler.$inject = ["modeling", "elementFactory", "spaceTool", "canvas"];

function middleOf(points) {
  let longest = 0;
  let middle = points[0];
  for (let place = 1; place < points.length; place++) {
    const [one, two] = [points[place - 1], points[place]];
    const length = Math.abs(one.x - two.x) + Math.abs(one.y - two.y);
    if (length > longest) {
      longest = length;
      middle = { x: Math.round((one.x + two.x) / 2), y: Math.round((one.y + two.y) / 2) };
    }
  }
  return middle;
}
