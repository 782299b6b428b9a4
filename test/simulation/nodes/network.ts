import { type HttpAnswer, type HttpDoor, type HttpRequest, NoAnswer } from '../../../dispatcher/src/index.ts'
import type { SeededRandom } from '../../kit/random.ts'
import type { SimClock } from '../../kit/sim-clock.ts'
import type { Life } from './life.ts'
import type { ServerMachine } from './server-machine.ts'

const fates = ['lost', 'late', 'twice', 'answer-lost', 'strange', 'strange-behind'] as const

/** The network between nodes and servers: it loses, delays and repeats. What is under way outlives who sent it. */
export class Network {
  /** How often something happens to a request, from 0 to 1. */
  trouble = 0
  /** Servers that cannot be reached. */
  readonly cut = new Set<string>()
  /** Requests that may still arrive. */
  underWay = 0
  readonly #servers: readonly ServerMachine[]
  readonly #random: SeededRandom
  readonly #clock: SimClock

  constructor(servers: readonly ServerMachine[], random: SeededRandom, clock: SimClock) {
    this.#servers = servers
    this.#random = random
    this.#clock = clock
  }

  changeWeather(): void {
    this.trouble = this.#random.pick([0, 0, 0.2, 0.6])
    for (const { host } of this.#servers) {
      if (this.#random.chance(0.3)) this.cut.add(host)
      else this.cut.delete(host)
    }
  }

  calm(): void {
    this.trouble = 0
    this.cut.clear()
  }

  /** The network as one process sees it. */
  openDoor(life: Life, answerTimeoutMs: number): HttpDoor {
    return {
      ask: (request) => this.#ask(request, life, answerTimeoutMs),
      close() {},
    }
  }

  #ask(request: HttpRequest, life: Life, answerTimeoutMs: number): Promise<HttpAnswer> {
    if (life.hasEnded) return Promise.reject(new NoAnswer('The process has ended.', false))
    const settled = new AbortController()
    const answer = new Promise<HttpAnswer>((resolve, reject) => {
      const giveUp = (reason: string) => () => reject(new NoAnswer(reason, true))
      this.#send(request).then(resolve, reject)
      void this.#clock.sleep(answerTimeoutMs, settled.signal).then(giveUp('There was no answer in time.'))
      const forget = life.onEnd(giveUp('The process has ended.'))
      settled.signal.addEventListener('abort', forget, { once: true })
      request.signal?.addEventListener('abort', giveUp('The request was called off.'), { once: true })
    })
    return answer.finally(() => settled.abort())
  }

  async #send(request: HttpRequest): Promise<HttpAnswer> {
    const server = this.#servers.find(({ host }) => host === new URL(request.url).hostname)!
    const random = this.#random
    if (this.cut.has(server.host)) throw new NoAnswer('There is no way to the server.', false)
    const fate = random.chance(this.trouble) ? random.pick(fates) : 'well'
    this.underWay++
    try {
      await this.#clock.sleep(random.pick([0, 1, 40]))
      if (fate === 'lost') throw new NoAnswer('The connection broke.', true)
      if (fate === 'strange') return drawStrangeAnswer(random)
      if (fate === 'late') await this.#clock.sleep(random.nextInteger(200_000))
      if (fate === 'twice') {
        void this.#sendAgain(server, request)
        if (server.lane === undefined) throw new NoAnswer('The connection broke.', true)
      }
      const answer = await server.answer(request)
      if (fate === 'answer-lost') throw new NoAnswer('The connection broke.', true)
      return fate === 'strange-behind' ? drawStrangeAnswer(random) : answer
    } finally {
      this.underWay--
    }
  }

  async #sendAgain(server: ServerMachine, request: HttpRequest): Promise<void> {
    this.underWay++
    await this.#clock.sleep(this.#random.nextInteger(200_000))
    await server.answer(request).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
    })
    this.underWay--
  }
}

/** Something between node and server answers in its place, whatever became of the request. */
function drawStrangeAnswer(random: SeededRandom): HttpAnswer {
  const [status, text] = random.pick([
    [200, '<html>welcome</html>'],
    [204, ''],
    [200, '{"accepted":1}'],
    [502, '<html>bad gateway</html>'],
    [503, ''],
    [504, 'timed out'],
  ] as const)
  return { status, retryAfter: undefined, text }
}
