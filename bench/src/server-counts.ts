/** Sums that the server publishes. */
export interface ServerCounts {
  /** Events accepted since the start of the process. */
  readonly ingested: number
  /** Events in published files since the start of the process, of all destinations. */
  readonly delivered: number
  /** Published files since the start of the process, and their bytes as they are stored. */
  readonly parts: number
  readonly partBytes: number
}

/** Reads the sums from the metrics page (Prometheus text format). */
export async function readMetrics(url: string): Promise<ServerCounts> {
  const text = await (await fetch(url)).text()
  return {
    ingested: sumMetric(text, 'hansard_ingest_events_total', 'result="stored"'),
    delivered: sumMetric(text, 'hansard_destination_delivered_events_total'),
    parts: sumMetric(text, 'hansard_destination_parts_total'),
    partBytes: sumMetric(text, 'hansard_destination_bytes_total'),
  }
}

/** Adds up the series of a metric, those that have the label if one is given; 0 if there is none yet. */
export function sumMetric(text: string, name: string, label = ''): number {
  let sum = 0
  for (const line of text.split('\n')) {
    const series = /^(\w+)(\{.*\})? (\S+)/.exec(line)
    if (series?.[1] === name && (series[2] ?? '').includes(label)) sum += Number(series[3])
  }
  return sum
}
