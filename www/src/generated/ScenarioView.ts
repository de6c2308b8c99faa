export type ScenarioView = { id: string, title: string, service: string, cloud: string, summary: string, };
