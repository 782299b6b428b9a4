/** What was measured. A figure is null where the operating system does not tell it. */
export type Figures = Readonly<Record<string, number | null>>

export interface ScenarioReport {
  readonly name: string
  readonly title: string
  readonly figures: Figures
  /** The same events counted at several places; all must agree. */
  readonly counts: Readonly<Record<string, number>>
  readonly countsAgree: boolean
  /** Answers other than 200, by status. */
  readonly refusals: Readonly<Record<string, number>>
}

export function makeScenarioReport(
  scenario: { readonly name: string; readonly title: string },
  figures: Figures,
  counts: Readonly<Record<string, number>>,
  refusals: Readonly<Record<string, number>>,
): ScenarioReport {
  const { name, title } = scenario
  return { name, title, figures, counts, countsAgree: new Set(Object.values(counts)).size === 1, refusals }
}

/** Rounds to four digits that count: more would only look exact. */
export function roundFigures(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      value === null ? null : Number(value.toPrecision(4)),
    ]),
  )
}
