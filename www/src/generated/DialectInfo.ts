export type DialectInfo = { id: string, title: string, };
