import type { SeededRandom } from './seeded-random.ts'

/** The imaginary company whose platform emits the events: its people, projects and services. */

export interface DemoUser {
  readonly login: string
  readonly address: string
}

export interface DemoProject {
  readonly key: string
  readonly datasets: readonly string[]
  readonly scenarios: readonly string[]
  readonly webappId: string
}

export interface DemoDeployment {
  /** Id of the deployment; it is the routing key of its events. */
  readonly id: string
  readonly serviceId: string
  readonly endpointId: string
  readonly projectKey: string
  readonly savedModelId: string
  readonly generations: readonly string[]
  readonly classes: readonly [string, string]
}

const logins = [
  'alice.martin',
  'bruno.keller',
  'chen.wei',
  'dana.okafor',
  'elena.rossi',
  'farid.haddad',
  'grace.nakamura',
  'henrik.larsen',
  'ines.carvalho',
  'jonas.weber',
  'katya.petrova',
  'liam.oconnor',
  'mei.tanaka',
  'noor.rahman',
  'oscar.lindqvist',
  'admin',
]

export const demoUsers: readonly DemoUser[] = logins.map((login, index) => ({
  login,
  address: `10.20.${4 + (index % 3)}.${21 + index}`,
}))

export const demoProjects: readonly DemoProject[] = [
  project('CUSTOMER_CHURN', 'hbVxkV9', 'customers', 'contracts', 'churn_features', 'churn_scored'),
  project('FRAUD_DETECTION', 'Qm3Lx0a', 'transactions', 'merchants', 'chargebacks', 'fraud_alerts'),
  project('DEMAND_FORECAST', 't81PdWz', 'orders_history', 'calendar', 'stores', 'forecast_by_store'),
  project('CREDIT_RISK', 'Yw7Ke2n', 'applications', 'bureau_extract', 'risk_scores'),
  project('SUPPLY_CHAIN', 'b5RsN4u', 'shipments', 'warehouses', 'routes_optimized'),
  project('HR_ANALYTICS', 'Zc9Jf6h', 'employees_pseudonymised', 'absences', 'attrition_report'),
  project('MARKETING_MIX', 'g2TvM8q', 'campaigns', 'web_sessions', 'spend_by_channel'),
]

export const demoDeployments: readonly DemoDeployment[] = [
  deployment('churn-eu-prod', 'churn', 'predict_churn', 'CUSTOMER_CHURN', ['stays', 'leaves']),
  deployment('churn-us-prod', 'churn', 'predict_churn', 'CUSTOMER_CHURN', ['stays', 'leaves']),
  deployment('fraud-prod', 'fraud', 'score_payment', 'FRAUD_DETECTION', ['LEGITIMATE', 'FRAUDULENT']),
  deployment('credit-risk-prod', 'credit', 'rate_applicant', 'CREDIT_RISK', ['accept', 'reject']),
  deployment('credit-risk-canary', 'credit', 'rate_applicant', 'CREDIT_RISK', ['accept', 'reject']),
]

export const demoConnections = ['warehouse_snowflake', 'postgres_crm', 's3_datalake', 'bigquery_web'] as const
export const demoClusters = ['eks-prod', 'eks-batch'] as const

function project(key: string, webappId: string, ...datasets: string[]): DemoProject {
  return { key, datasets, scenarios: ['DAILY_REBUILD', 'WEEKLY_RETRAIN', 'DATA_QUALITY'], webappId }
}

function deployment(
  id: string,
  serviceId: string,
  endpointId: string,
  projectKey: string,
  classes: readonly [string, string],
): DemoDeployment {
  const savedModelId = `S-${projectKey}-${serviceId}`
  return { id, serviceId, endpointId, projectKey, savedModelId, generations: ['v12', 'v13'], classes }
}

/** The members that most events of a person share. */
export function makeActor(random: SeededRandom): { authUser: string; authSource: string; clientIP: string } {
  const { login, address } = random.pick(demoUsers)
  const authSource = random.chance(0.9) ? 'USER_FROM_UI' : 'PERSONAL_API_KEY'
  return { authUser: login, authSource, clientIP: address }
}
