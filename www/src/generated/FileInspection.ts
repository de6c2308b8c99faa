import type { Candidate } from "./Candidate";
import type { DialectInfo } from "./DialectInfo";
import type { ProblemView } from "./ProblemView";

export type FileInspection = { file: string, lines: number, candidates: Array<Candidate>, format: string | null, dialects: Array<DialectInfo>, vantages: Array<string>, problems: Array<ProblemView>, };
