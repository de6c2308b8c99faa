export type FactView = { key: string, title: string, help: string, type: string, values: Array<string>, };
