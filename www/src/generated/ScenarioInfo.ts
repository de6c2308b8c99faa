export type ScenarioInfo = { id: string, title: string, service: string, cloud: string | null, summary: string, facts: Array<string>, };
