from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tp2dd.api"
    label = "api"
    verbose_name = "API untuk sistem lain"

    def ready(self) -> None:
        from opd import audit
        from opd.navigation import Item, register

        register(Item("Akses sistem lain", "api_settings:consumer_list", "api.manage", 935, "mitra"))
        audit.name_actions(
            api__register="Sistem pembaca didaftarkan",
            api__close="Sistem pembaca ditutup",
            api__issue="Token akses dibuat",
            api__revoke="Token akses dicabut",
            api__subscribe="Langganan webhook dibuat",
            api__end="Langganan webhook dihentikan",
            api__gone="Langganan webhook dihentikan penerimanya",
            api__resend="Webhook dikirim ulang",
        )
