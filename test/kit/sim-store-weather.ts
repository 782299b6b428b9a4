import type { ConnectionWeather, WeatherReport } from '../contract/connection-weather.ts'
import type { Accident, SimRequest, SimStore } from './sim-store.ts'

type Operation = SimRequest['operation']

interface Announced {
  readonly accident: Accident
  readonly operations: readonly Operation[] | undefined
  left: number
  hits: number
}

/** Bad weather of a simulated store. */
export function openSimStoreWeather(store: SimStore): ConnectionWeather {
  let announced: Announced[] = []
  store.onRequest = ({ operation }) => {
    const due = announced.find(
      ({ left, operations }) => left > 0 && (operations?.includes(operation) ?? operation !== 'abandon'),
    )
    if (due === undefined) return undefined
    due.left--
    due.hits++
    return due.accident
  }
  const announce = (accident: Accident, operations?: readonly Operation[], times = 1): WeatherReport => {
    const entry = { accident, operations, left: times, hits: 0 }
    announced.push(entry)
    return entry
  }
  return {
    loseNextAnswer: () => announce('lost-answer', ['put']),
    loseNextCompletion: () => announce('lost-answer', ['complete']),
    resetNextBody: () => announce('reset', ['put', 'piece']),
    corruptNextBody: () => announce('corrupt', ['put']),
    corruptNextPiece: () => announce('corrupt', ['piece']),
    slowDown: (times) => announce('busy', undefined, times),
    delayNext: () => announce('slow'),
    hangNext: () => announce('hang-done'),
    denyUntilHealed: () => announce('denied', undefined, Number.POSITIVE_INFINITY),
    heal: () => {
      announced = []
    },
  }
}
