export type Candidate = { format: string, title: string, percent: number, why: string, };
