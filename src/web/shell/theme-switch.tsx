import { Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { applyTheme, useTheme } from "../state/theme.ts";

const themes = [
  { theme: "light", title: "Light", Icon: Sun },
  { theme: "dark", title: "Dark", Icon: Moon },
  { theme: "system", title: "As the machine", Icon: Monitor },
] as const;

/** Light, dark, or as the machine has it. */
export function ThemeSwitch() {
  const chosen = useTheme();
  const { Icon, title } = themes.find(({ theme }) => theme === chosen) ?? themes[2];
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-quiet" aria-label={`Theme: ${title}`} title={`Theme: ${title}`}>
        <Icon size={16} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} aria-label="Theme">
          <DropdownMenu.RadioGroup value={chosen}>
            {themes.map((each) => (
              <DropdownMenu.RadioItem
                key={each.theme}
                value={each.theme}
                className="menu-item"
                onSelect={() => applyTheme(each.theme)}
              >
                {each.title}
                <each.Icon size={14} aria-hidden="true" />
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
