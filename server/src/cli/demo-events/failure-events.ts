import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, makeActor } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const failures = [
  ['dataset-read-data', 'ERR_DATASET_CONNECTION', 'The connection refused the login: password expired'],
  ['recipe-save', 'ERR_RECIPE_SYNTAX', 'Unexpected token near line 14: "SELECT FROM"'],
  ['sql-notebook-execute', 'ERR_SQL_TIMEOUT', 'Statement cancelled after 600 s'],
  ['prediction-train', 'ERR_ML_TRAIN_MEMORY', 'The training process was killed: out of memory'],
  ['scenario-run', 'ERR_SCENARIO_STEP_FAILED', 'Step "check quality" failed: 1,204 rows broke rule № 3'],
] as const

/** Actions that were allowed but went wrong. */
export function openFailureEvents(random: SeededRandom): EventFamily {
  return {
    next: () => {
      const [msgType, code, message] = random.pick(failures)
      const project = random.pick(demoProjects)
      return makeDraft('generic-failure', {
        msgType,
        auditTopic: 'generic-failure',
        ...makeActor(random),
        projectKey: project.key,
        callPath: `/projects/${project.key}/${msgType.split('-')[0]}s/${random.nextText(8)}`,
        error: { code, message, errorType: 'com.example.platform.PlatformException', httpCode: 500 },
        callTime: random.nextInteger(20, 60_000),
      })
    },
  }
}
