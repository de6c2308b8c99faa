export type ProblemView = { id: string, severity: string, message: string, hint: string | null, line: number | null, };
