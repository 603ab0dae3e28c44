"""The dark theme as Textual takes it."""

from textual.theme import Theme

from watchpost import palette

THEME = Theme(
    name="watchpost-dark",
    primary=palette.ACCENT,
    secondary=palette.SENT,
    accent=palette.ACCENT,
    foreground=palette.TEXT,
    background=palette.BACKGROUND,
    surface=palette.SURFACE,
    panel=palette.SURFACE,
    success=palette.OK,
    warning=palette.WARNING,
    error=palette.CRITICAL,
    dark=True,
    variables={
        "border": palette.BORDER,
        "border-blurred": palette.BORDER,
        "text-2": palette.TEXT_2,
        "text-3": palette.TEXT_3,
        "footer-background": palette.SURFACE,
        "footer-key-foreground": palette.ACCENT,
        "footer-description-foreground": palette.TEXT_2,
        "footer-item-background": palette.SURFACE,
        "footer-key-background": palette.SURFACE,
        "footer-description-background": palette.SURFACE,
        "scrollbar": palette.TRACK,
        "scrollbar-hover": palette.TEXT_3,
        "scrollbar-active": palette.ACCENT,
        "scrollbar-background": palette.BACKGROUND,
        "scrollbar-background-hover": palette.BACKGROUND,
        "scrollbar-background-active": palette.BACKGROUND,
        "scrollbar-corner-color": palette.BACKGROUND,
    },
)
