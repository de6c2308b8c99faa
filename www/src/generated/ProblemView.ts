export type ProblemView = { id: string, message: string, hint: string | null, line: number | null, };
