import { openActivations } from "./activations/panel.ts";
import { openAttack } from "./attack/panel.ts";
import { openBackendBadge } from "./backend-badge.ts";
import { openComputer } from "./computer.ts";
import { openLandscapes } from "./landscapes/panel.ts";
import { openNotice } from "./notice.ts";
import { openPlaygroundPanel } from "./playground/panel.ts";
import { openSections } from "./sections.ts";
import { openSoWhat } from "./so-what/panel.ts";
import { openStore } from "./state.ts";
import { openTheme } from "./theme.ts";

openTheme();
openNotice();
const store = openStore();
const badge = openBackendBadge(store, (backend) => computer.choose(backend));
const computer = openComputer(store.get().backend, badge.events);

openActivations(store, computer);
openPlaygroundPanel(store, computer);
openLandscapes(store, computer);
openAttack(store, computer, badge.backend);
openSoWhat(store);
openSections(store);
