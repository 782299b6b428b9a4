import { type EventFamily, makeDraft } from './demo-event.ts'
import { demoProjects, makeActor } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const models = [
  { llmConnection: 'openai-eu', llmModel: 'gpt-large', llmType: 'OPENAI', usdPerThousand: 0.01 },
  { llmConnection: 'bedrock-prod', llmModel: 'claude-medium', llmType: 'BEDROCK', usdPerThousand: 0.006 },
  { llmConnection: 'local-gpu', llmModel: 'mistral-small', llmType: 'HUGGINGFACE', usdPerThousand: 0 },
] as const

/** Queries to language models, with tokens and an estimate of their cost. */
export function openLlmEvents(random: SeededRandom): EventFamily {
  return {
    next: () => {
      const { usdPerThousand, ...model } = random.pick(models)
      const isCompletion = random.chance(0.75)
      const promptTokens = random.nextInteger(40, 6_000)
      const completionTokens = isCompletion ? random.nextInteger(5, 1_500) : 0
      const totalTokens = promptTokens + completionTokens
      return makeDraft('generic', {
        msgType: isCompletion ? 'llm-completion-query' : 'llm-embedding-query',
        auditTopic: 'generic',
        ...makeActor(random),
        projectKey: random.pick(demoProjects).key,
        ...model,
        llmId: `${model.llmType.toLowerCase()}:${model.llmConnection}:${model.llmModel}`,
        promptTokens,
        completionTokens,
        totalTokens,
        estimatedCostUSD: Math.round(totalTokens * usdPerThousand * 1e3) / 1e6,
        storeImages: false,
      })
    },
  }
}
