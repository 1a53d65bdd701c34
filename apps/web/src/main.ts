import { openActivations } from "./activations/panel.ts";
import { openAttack } from "./attack/panel.ts";
import { openComputer } from "./computer.ts";
import { openBackendBadge } from "./backend-badge.ts";
import { openPlaygroundPanel } from "./playground/panel.ts";
import { openStore } from "./state.ts";
import { openTabs } from "./tabs.ts";
import { openTheme } from "./theme.ts";

openTheme();
const store = openStore();
const badge = openBackendBadge(store, (backend) => computer.choose(backend));
const computer = openComputer(store.get().backend, badge.events);

openPlaygroundPanel(store, computer);
openActivations(store, computer);
openAttack(store, computer, badge.backend);
openTabs(store);
