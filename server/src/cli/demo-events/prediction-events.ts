import type { DemoDraft, EventFamily } from './demo-event.ts'
import { type DemoDeployment, demoDeployments } from './demo-world.ts'
import type { SeededRandom } from './seeded-random.ts'

const payments = ['CB', 'SEPA', 'WALLET', 'CHEQUE'] as const
const countries = ['FR', 'DE', 'JP', 'US', 'BR', 'NG'] as const

/** Queries of the API node with their answers: predictions, function calls, lookups; the deployment is the routing key. */
export function openPredictionEvents(random: SeededRandom): EventFamily {
  return {
    next: (at) => {
      const deployment = random.pick(demoDeployments)
      const draw = random.nextFraction()
      if (draw < 0.9) return predict(random, deployment, at)
      return draw < 0.96 ? callFunction(random, deployment) : lookUp(random, deployment)
    },
  }
}

function predict(random: SeededRandom, deployment: DemoDeployment, at: number): DemoDraft {
  const probability = Math.round(random.nextFraction() * 1e6) / 1e6
  const [no, yes] = deployment.classes
  const isDrift = at % 86_400_000 > 43_200_000
  const generation = deployment.generations[random.chance(isDrift ? 0.8 : 0.4) ? 1 : 0]!
  return query(random, deployment, 'prediction-query', generation, {
    projectKey: deployment.projectKey,
    savedModelId: deployment.savedModelId,
    savedModelVersion: `initial-${generation}`,
    features: {
      customer_id: random.nextInteger(1_000, 999_999),
      transaction_amount: random.nextInteger(100, 500_000) / 100,
      payment_type: random.pick(payments),
      country: random.pick(countries),
      months_active: random.nextInteger(0, 180),
    },
    result: {
      prediction: probability > 0.5 ? yes : no,
      probaPercentile: Math.floor(probability * 100),
      probas: { [no]: Math.round((1 - probability) * 1e6) / 1e6, [yes]: probability },
      ignored: false,
    },
  })
}

function callFunction(random: SeededRandom, deployment: DemoDeployment): DemoDraft {
  return query(random, deployment, 'function-query', 'v1', {
    features: { basket: [random.nextInteger(1, 900), random.nextInteger(1, 900)] },
    result: { discount: random.nextInteger(0, 30) },
  })
}

function lookUp(random: SeededRandom, deployment: DemoDeployment): DemoDraft {
  return query(random, deployment, 'dataset-lookup-query', 'v1', {
    features: { customer_id: random.nextInteger(1_000, 999_999) },
    result: { found: random.chance(0.95), segment: random.pick(['gold', 'silver', 'new']) },
  })
}

function query(
  random: SeededRandom,
  deployment: DemoDeployment,
  msgType: string,
  serviceGenerationId: string,
  body: Readonly<Record<string, unknown>>,
): DemoDraft {
  const execution = random.nextInteger(300, 9_000)
  const message = {
    msgType,
    auditTopic: 'apinode-query',
    routingKey: deployment.id,
    serviceId: deployment.serviceId,
    serviceGenerationId,
    endpointId: deployment.endpointId,
    apiKeyId: `key-${deployment.serviceId}-${random.nextInteger(1, 4)}`,
    timing: { preProcessing: random.nextInteger(20, 400), wait: random.nextInteger(1, 90), execution },
    ...body,
  }
  return { topic: 'apinode-query', routingKey: deployment.id, message }
}
