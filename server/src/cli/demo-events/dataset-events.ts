import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, makeActor } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

/** Data that is looked at and data that leaves: samples, full reads, exports, downloads. */
export function openDatasetEvents(random: SeededRandom): EventFamily {
  return {
    next: () => {
      const project = random.pick(demoProjects)
      const datasetName = random.pick(project.datasets)
      const draw = random.nextFraction()
      const msgType =
        draw < 0.7 ? 'dataset-read-data-sample' : draw < 0.93 ? 'dataset-read-data' : 'dataset-export'
      const exported =
        msgType === 'dataset-export'
          ? {
              exportId: random.nextText(10),
              format: 'csv',
              exportedBytes: random.nextInteger(2_000, 9_000_000),
            }
          : { limit: msgType === 'dataset-read-data' ? -1 : 10_000 }
      return makeDraft('generic', {
        msgType,
        auditTopic: 'generic',
        ...makeActor(random),
        projectKey: project.key,
        datasetName,
        callPath: `/projects/${project.key}/datasets/${datasetName}/data`,
        ...exported,
        callTime: random.nextInteger(15, 4_000),
      })
    },
  }
}
