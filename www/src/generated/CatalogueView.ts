import type { FactInfo } from "./FactInfo";
import type { ScenarioInfo } from "./ScenarioInfo";

export type CatalogueView = { scenarios: Array<ScenarioInfo>, facts: Array<FactInfo>, defaultScenario: string | null, };
