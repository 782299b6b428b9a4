/** Chance that is the same in every run: a linear congruential generator, enough to vary events. */
export interface BenchRandom {
  nextInteger(max: number): number
}

export function openBenchRandom(seed: number): BenchRandom {
  let state = seed >>> 0
  return {
    nextInteger: (max) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * max)
    },
  }
}

const users = ['alice.martin', 'bruno.keller', 'chen.wei', 'dana.okafor', 'elena.rossi', 'farid.haddad']
const projects = ['CUSTOMER_CHURN', 'FRAUD_DETECTION', 'DEMAND_FORECAST', 'CREDIT_RISK', 'SUPPLY_CHAIN']
const datasets = ['customers', 'transactions', 'orders_history', 'stores', 'risk_scores', 'shipments']
const actions = ['dataset-read-data-sample', 'dataset-read-data', 'flow-job-start', 'application-open']

/** One audit event of about 265 bytes; as compressible as real ones: known words, changing ids and numbers. */
export function makeBenchEvent(random: BenchRandom): string {
  const pick = (words: readonly string[]): string => words[random.nextInteger(words.length)]!
  const id = (): string => random.nextInteger(0xffffffff).toString(16).padStart(8, '0')
  const project = pick(projects)
  const dataset = pick(datasets)
  return (
    `{"msgType":"${pick(actions)}","auditTopic":"generic","authUser":"${pick(users)}",` +
    `"authSource":"USER_FROM_UI","clientIP":"10.20.${random.nextInteger(8)}.${random.nextInteger(256)}","projectKey":"${project}",` +
    `"callPath":"/projects/${project}/datasets/${dataset}/data","requestId":"${id()}${id()}",` +
    `"callTime":${random.nextInteger(4000)}}`
  )
}
