import type { TaskDefinition } from "./task.ts";
import { askTasks } from "./tasks/ask.ts";
import { sourcesTasks } from "./tasks/sources.ts";
import { viewTasks } from "./tasks/views.ts";
import { entityTasks } from "./tasks/entity.ts";
import { mapTasks } from "./tasks/map.ts";
import { wordTasks } from "./tasks/words.ts";
import { logsTasks } from "./tasks/logs.ts";
import { rowTasks } from "./tasks/rows.ts";

/**
 * Everything that workers can be asked, by name. A group of tasks is a file in tasks/ and a line here; routes ask with
 * `answerTask(context, deps, { name, request })`.
 */
const tasks = {
  ...askTasks,
  ...sourcesTasks,
  ...viewTasks,
  ...entityTasks,
  ...mapTasks,
  ...wordTasks,
  ...rowTasks,
  ...logsTasks,
};

type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
type RequestOf<Name extends TaskName> = Parameters<Tasks[Name]["run"]>[0];

/** What a worker is asked: the name of a task and its request. */
export type Task = { [Name in TaskName]: { readonly name: Name; readonly request: RequestOf<Name> } }[TaskName];

/** A task's definition. The pair of name and request is right by the type of {@link Task}. */
export function definitionOf({ name }: Task): TaskDefinition<unknown> {
  return tasks[name] as TaskDefinition<unknown>;
}
