export type FactInfo = { key: string, title: string, help: string, kind: string, values: Array<string>, };
